/**
 * Sizes that were measured, kept for this kind of processor, version of the runtime and number of threads,
 * so that a machine measures once. `PATHLOOM_TUNING` is `fixed` where nothing is to be measured.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { dirname, join } from "node:path";
import type { EngineSizes } from "../../engine.ts";
import { enginesFolder } from "../../engines-folder.ts";
import { ortEnvironment } from "../runtime/index.ts";
import { tuningOf } from "../sizes.ts";
import { tuningFor } from "../tuning.ts";
import { measureSizes } from "./measure.ts";

/** By threads and file, for engines that this process starts later. */
const chosen = new Map<string, EngineSizes>();

/**
 * Those in which this machine differs from what is built in; measured where no file has them.
 * @param file where they are kept; null keeps none.
 */
export function chosenSizes(
  threads: number,
  file: string | null = fileOf(threads),
  measure: (threads: number) => EngineSizes = measureSizes,
): EngineSizes {
  if (process.env.PATHLOOM_TUNING === "fixed") return {};
  const key = `${threads} ${file}`;
  const known = chosen.get(key) ?? (file === null ? null : read(file, threads));
  const sizes = known ?? measure(threads);
  if (known === null && file !== null) keep(file, sizes);
  chosen.set(key, sizes);
  return sizes;
}

/** What is built in is part of the name: other sizes there are other candidates. */
function fileOf(threads: number): string {
  const processor = cpus()[0]?.model.trim() ?? "";
  const { version } = ortEnvironment(threads).library;
  const about = [processor, availableParallelism(), version, threads, tuningFor(threads)];
  const digest = createHash("sha256").update(JSON.stringify(about)).digest("hex");
  return join(enginesFolder(), "onnx-sizes", `${digest.slice(0, 16)}.json`);
}

/** Null where there is no file, or none that this version can use. */
function read(file: string, threads: number): EngineSizes | null {
  try {
    const sizes = JSON.parse(readFileSync(file, "utf8")) as EngineSizes;
    tuningOf(threads, sizes);
    return sizes;
  } catch {
    return null;
  }
}

/** A folder that cannot be written must not end a training: the next process measures again. */
function keep(file: string, sizes: EngineSizes): void {
  const temporary = `${file}.${process.pid}`;
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(temporary, JSON.stringify(sizes));
    renameSync(temporary, file);
  } catch {
    discard(temporary);
  }
}

function discard(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // There is no such folder.
  }
}
