/**
 * The size that was measured, kept for this kind of processor, version of the runtime and number of threads,
 * so that a machine measures once. `PATHLOOM_TUNING` is `fixed` where nothing is to be measured.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { dirname, join } from "node:path";
import { enginesFolder } from "../../engines-folder.ts";
import { ortEnvironment } from "../runtime/index.ts";
import { tuningFor } from "../tuning.ts";
import { measureTile, tileCandidates } from "./measure.ts";

export interface ChoiceOptions {
  /** Is told why nothing was measured, or is not kept; once a process. */
  readonly notice?: (text: string) => void;
  /** Where it is kept; in the engines' folder unless given. */
  readonly file?: string;
  readonly measure?: (threads: number) => number;
}

/** By threads and file, for engines that this process starts later. */
const chosen = new Map<string, number>();

/** Elements of a tile. Whatever goes wrong, there is one: what is built in. */
export function chosenTile(threads: number, options: ChoiceOptions = {}): number {
  const built = tuningFor(threads).tiles.tileElements;
  if (process.env.PATHLOOM_TUNING === "fixed") return built;
  const key = `${threads} ${options.file ?? enginesFolder()}`;
  const known = chosen.get(key);
  if (known !== undefined) return known;
  let tile = built;
  try {
    tile = keptOrMeasured(threads, options);
  } catch (error) {
    options.notice?.(
      `the engine onnx could not measure its tiles, and takes those that are built in: ${reasonOf(error)}`,
    );
  }
  chosen.set(key, tile);
  return tile;
}

function keptOrMeasured(
  threads: number,
  { file = fileOf(threads), measure = measureTile, notice }: ChoiceOptions,
): number {
  const candidates = tileCandidates(threads);
  const kept = read(file, candidates);
  if (kept !== null) return kept;
  const tile = measure(threads);
  try {
    return keep(file, tile, candidates);
  } catch (error) {
    notice?.(
      `the engine onnx measures its tiles anew at each start, for ${file} cannot be written: ${reasonOf(error)}`,
    );
    return tile;
  }
}

/** What is built in is part of the name: other sizes there are other candidates. */
function fileOf(threads: number): string {
  const processor = cpus()[0]?.model.trim() ?? "";
  const { version } = ortEnvironment(threads).library;
  const about = [processor, availableParallelism(), version, threads, tuningFor(threads)];
  const digest = createHash("sha256").update(JSON.stringify(about)).digest("hex");
  return join(enginesFolder(), "onnx-sizes", `${digest.slice(0, 16)}.json`);
}

const textOf = (tileElements: number): string => `${JSON.stringify({ tileElements })}\n`;

/** Null where there is no file, or none of these is in it. */
function read(file: string, candidates: readonly number[]): number | null {
  try {
    const text = readFileSync(file, "utf8");
    return candidates.find((each) => textOf(each) === text) ?? null;
  } catch {
    return null;
  }
}

/** Of processes that measure at once the first one's counts. @returns what the file holds then */
function keep(file: string, tile: number, candidates: readonly number[]): number {
  const temporary = `${file}.${process.pid}`;
  mkdirSync(dirname(file), { recursive: true });
  try {
    writeFileSync(temporary, textOf(tile));
    if (read(file, candidates) === null) renameSync(temporary, file);
    return read(file, candidates) ?? tile;
  } finally {
    rmSync(temporary, { force: true });
  }
}

const reasonOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
