/**
 * A folder of images as a data set that `data.source` reads: `svg/`, the images in `images/`, and
 * `metadata.jsonl` with a line for each that has its captions. Images that cannot be used are counted in
 * `left-out.jsonl`. What was stopped or killed goes on, and ends in the same bytes.
 */
import { createHash } from "node:crypto";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
} from "node:fs";
import { dirname, extname, join } from "node:path";
import { StorageError, writeFileAtomically } from "../../../checkpoints/index.ts";
import { PathloomError, UsageError } from "../../../errors/index.ts";
import { parseDrawing, printDrawing } from "../../../svg/index.ts";
import { lockRun } from "../../runs/index.ts";
import { TraceError, type TraceFault } from "../errors.ts";
import { openDecoder, readImageFile } from "../image/read-image.ts";
import type { TraceOptions } from "../options.ts";
import { traceImage } from "../trace-image.ts";
import { openTracer } from "../tracers/open-tracer.ts";
import { type FoundImage, findImages } from "./found-images.ts";
import { imagePng, traceSheet } from "./sheet.ts";
import { Journal, type LeftOutRecord, type TracedRecord } from "./traced-record.ts";

export interface TraceFolderRequest extends TraceOptions {
  /** Of the images. */
  readonly images: string;
  /** A new folder, or one in which the same was begun. */
  readonly folder: string;
  readonly onProgress?: (done: number, total: number) => void;
  /** Ends it after the image that is at work. */
  readonly signal?: AbortSignal;
}

export interface TracedFolder {
  readonly folder: string;
  readonly outcome: "done" | "interrupted";
  readonly images: number;
  readonly traced: number;
  readonly leftOut: number;
  /** How many for each reason, the file's name not counted. */
  readonly reasons: Readonly<Record<string, number>>;
  /** Means over those that were traced; 0 where none was. */
  readonly meanTokens: number;
  readonly meanError: number;
  /** A picture of some, each beside its trace; null where none was traced. */
  readonly sheet: string | null;
}

/**
 * Traces all images of a folder; one that cannot be is counted, and the rest goes on.
 * @throws UsageError where the folder holds no images, or the target something else
 * @throws TraceError where the tracer or sharp is not on this machine; StorageError
 * @example
 * const traced = await traceFolder({ images: "pictures", folder: "sets/pictures", tokenizer, settings });
 * console.log(`${traced.traced} of ${traced.images}`, traced.reasons);
 */
export async function traceFolder(request: TraceFolderRequest): Promise<TracedFolder> {
  const { images, folder, settings, tokenizer, onProgress, signal } = request;
  const found = findImages(images, folder);
  await openDecoder();
  const tracer = request.tracer ?? (await openTracer(settings.tracer));
  refuseOther(folder, images);
  mkdirSync(folder, { recursive: true });
  const lock = lockRun(folder);
  try {
    const decides = JSON.stringify([settings, tokenizer.toJSON()]);
    const journal = new Journal(join(folder, journalFile), digestOf(Buffer.from(decides)));
    if (journal.isOther) {
      throw new UsageError(
        `${folder}: was begun with other settings or another tokenizer; choose a new folder, or delete it`,
      );
    }
    const records: (TracedRecord | LeftOutRecord)[] = [];
    for (const image of found) {
      if (signal?.aborted) break;
      records.push(await traced(image, folder, { ...request, tracer }, journal));
      onProgress?.(records.length, found.length);
    }
    return finish(folder, found, records);
  } finally {
    lock.release();
  }
}

const journalFile = "journal.jsonl";

function refuseOther(folder: string, images: string): void {
  if (!existsSync(folder)) return;
  if (realpathSync(folder) === realpathSync(images)) {
    throw new UsageError(`${folder}: holds something else, the images; choose a new folder`);
  }
  const names = readdirSync(folder).filter((name) => name !== "run.lock");
  if (names.length === 0 || names.includes(journalFile)) return;
  throw new UsageError(`${folder}: holds something else; choose a new folder`);
}

function digestOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

async function traced(
  { file, id, captions }: FoundImage,
  folder: string,
  options: TraceOptions,
  journal: Journal,
): Promise<TracedRecord | LeftOutRecord> {
  let digest = "";
  try {
    if (!Array.isArray(captions)) throw new TraceError((captions as { reason: string }).reason);
    const bytes = readImageFile(file);
    digest = digestOf(bytes);
    const known = journal.known(id, digest);
    if (known !== undefined) return known;
    const { drawing, tokens, error, colors } = await traceImage(bytes, options, file);
    const svg = `svg/${id}.svg`;
    const image = `images/${id}${extname(file).toLowerCase()}`;
    writeInto(folder, svg, `${printDrawing(drawing)}\n`);
    mkdirSync(dirname(join(folder, image)), { recursive: true });
    copyFileSync(file, join(folder, image));
    const record = { digest, id, svg, image, tokens, error, colors };
    journal.add(record);
    return record;
  } catch (error) {
    const fault = faultOf(error);
    if (fault === "program") throw error;
    const [line = ""] = (error as Error).message.split("\n");
    const reason = line.startsWith(`${file}: `) ? line.slice(file.length + 2) : line;
    const record = { digest, id, reason };
    // What has no digest was not read, and may be mended; what the machine is to blame for may pass.
    if (digest !== "" && fault === "image") journal.add(record);
    return record;
  }
}

/** @throws the error where it is of neither image nor machine */
function faultOf(error: unknown): TraceFault {
  if (error instanceof TraceError) return error.fault;
  if (error instanceof UsageError || error instanceof StorageError) throw error;
  if (error instanceof PathloomError) return "image";
  // What the system says of one file, which others need not share.
  const { code } = error as NodeJS.ErrnoException;
  if (["EACCES", "ENOENT", "EISDIR", "EIO"].includes(code ?? "")) return "machine";
  throw error;
}

function writeInto(folder: string, name: string, text: string): void {
  const file = join(folder, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileAtomically(file, (sink) => sink.write(Buffer.from(text)));
}

/** Pairs on the sheet. */
const mostShown = 32;

async function finish(
  folder: string,
  found: readonly FoundImage[],
  records: readonly (TracedRecord | LeftOutRecord)[],
): Promise<TracedFolder> {
  const good = records.filter((record): record is TracedRecord => "svg" in record);
  const bad = records.filter((record): record is LeftOutRecord => "reason" in record);
  const interrupted = records.length < found.length;
  const counts = {
    folder,
    outcome: interrupted ? ("interrupted" as const) : ("done" as const),
    images: found.length,
    traced: good.length,
    leftOut: bad.length,
    reasons: countsOf(bad.map(({ reason }) => kindOf(reason))),
    meanTokens: mean(good.map(({ tokens }) => tokens)),
    meanError: mean(good.map(({ error }) => error)),
  };
  if (interrupted) return { ...counts, sheet: null };
  const captions = new Map(found.map((image) => [image.id, image.captions]));
  const lines = good.map(({ id, svg, image, tokens, error, colors }) =>
    JSON.stringify({
      id,
      file_name: svg,
      captions: captions.get(id),
      image,
      tokens,
      error,
      colors,
    }),
  );
  writeInto(folder, "metadata.jsonl", lines.map((line) => `${line}\n`).join(""));
  const left = bad.map(({ id, reason }) => `${JSON.stringify({ image: id, reason })}\n`);
  writeInto(folder, "left-out.jsonl", left.join(""));
  const shown = spread(good, mostShown);
  if (shown.length === 0) {
    rmSync(join(folder, "sheet.png"), { force: true });
    return { ...counts, sheet: null };
  }
  const pairs = [];
  for (const { id, svg, image, tokens, error } of shown) {
    const { drawing } = parseDrawing(readFileSync(join(folder, svg)));
    const lines = [id, `${tokens} tokens, error ${error.toFixed(3)}`];
    pairs.push({ image: await imagePng(join(folder, image)), drawing, lines });
  }
  const sheet = join(folder, "sheet.png");
  const png = traceSheet(pairs);
  writeFileAtomically(sheet, (sink) => sink.write(png));
  return { ...counts, sheet };
}

/** Without its figures, so that like reasons are counted together. */
function kindOf(reason: string): string {
  return reason.replaceAll(/\d+/g, "N");
}

function countsOf(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** At most so many, evenly from first to last. */
function spread<T>(values: readonly T[], most: number): T[] {
  const step = Math.max(1, values.length / most);
  return Array.from(
    { length: Math.min(most, values.length) },
    (_, i) => values[Math.floor(i * step)]!,
  );
}
