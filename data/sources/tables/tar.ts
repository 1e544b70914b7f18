/**
 * Shards of WebDataset: `.tar` files, packed or not, in which the files of one name belong together,
 * as `0001.svg`, `0001.txt` and `0001.json`. Nothing is written anywhere, so that a name that climbs
 * out of the shard harms nothing; it is counted and passed over, as links are.
 */
import { closeSync, openSync, readSync } from "node:fs";
import { Parser, type ReadEntry } from "tar";
import { type BadRow, SourceError } from "../source.ts";
import { maximumSvgBytes } from "../svg-file.ts";
import type { TableRow } from "./table.ts";

const chunkBytes = 1 << 16;
/** Of a sample, beside the drawing: captions and what else is known. */
const read = ["svg", "txt", "json", "caption", "id"];

interface Found {
  readonly key: string;
  readonly ending: string;
  readonly bytes: Buffer | null;
}

/** @throws SourceError where the file cannot be opened. */
export async function* readTar(
  file: string,
  onBad: (bad: BadRow) => void,
): AsyncIterable<TableRow> {
  let sample: { key: string; parts: Map<string, Buffer | null> } | null = null;
  const seen = { rows: 0 };
  for (const found of entries(file, onBad)) {
    if (sample !== null && sample.key !== found.key) {
      const row = rowOf(file, sample.key, sample.parts, onBad);
      if (row !== null) yield row;
      sample = null;
    }
    sample ??= { key: found.key, parts: new Map() };
    sample.parts.set(found.ending, found.bytes);
    seen.rows++;
  }
  if (sample === null) return;
  const row = rowOf(file, sample.key, sample.parts, onBad);
  if (row !== null) yield row;
}

/** Null for samples without a drawing, as of other data sets, and for those that are told. */
function rowOf(
  file: string,
  key: string,
  parts: ReadonlyMap<string, Buffer | null>,
  onBad: (bad: BadRow) => void,
): TableRow | null {
  const place = `${file}:${key}.svg`;
  if (!parts.has("svg")) return null;
  const fault = [...parts].find(([, bytes]) => bytes === null);
  if (fault !== undefined) {
    onBad({ place: `${file}:${key}.${fault[0]}`, reason: `larger than ${maximumSvgBytes} bytes` });
    return null;
  }
  try {
    const text = (ending: string) => {
      const bytes = parts.get(ending);
      return bytes == null ? null : new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    };
    const told: unknown = JSON.parse(text("json") ?? "{}");
    const captions = (text("txt") ?? text("caption") ?? "").split(/\r?\n/);
    const values = {
      ...(typeof told === "object" && told !== null && !Array.isArray(told) ? told : {}),
      ...(captions.some((line) => line.trim() !== "") ? { caption: captions } : {}),
      svg: text("svg"),
    };
    return { place, id: key, values };
  } catch (error) {
    const reason =
      error instanceof SyntaxError ? "its .json is not JSON" : "the bytes are no UTF-8";
    onBad({ place, reason });
    return null;
  }
}

function* entries(file: string, onBad: (bad: BadRow) => void): Iterable<Found> {
  const found: Found[] = [];
  const faults: BadRow[] = [];
  const parser = new Parser({
    onReadEntry: (entry) => take(file, entry, found, faults),
    onwarn: (code, message) => {
      if (code !== "TAR_ENTRY_INFO") faults.push({ place: file, reason: `${code}: ${message}` });
    },
  });
  let failed: unknown = null;
  parser.on("error", (error: unknown) => {
    failed ??= error;
  });
  const handle = openFile(file);
  try {
    const chunk = Buffer.alloc(chunkBytes);
    for (let size = readSync(handle, chunk); size > 0; size = readSync(handle, chunk)) {
      parser.write(Buffer.from(chunk.subarray(0, size)));
      for (const bad of faults.splice(0)) onBad(bad);
      yield* found.splice(0);
      if (failed !== null) break;
    }
    if (failed === null) parser.end();
    for (const bad of faults.splice(0)) onBad(bad);
    yield* found.splice(0);
    if (failed !== null) {
      const reason = `the shard is damaged from here on: ${(failed as Error).message}`;
      onBad({ place: file, reason: reason.slice(0, 300) });
    }
  } finally {
    closeSync(handle);
  }
}

function take(file: string, entry: ReadEntry, found: Found[], faults: BadRow[]): void {
  const { path, type, size } = entry;
  const fault = faultOf(path, type);
  const at = nameOf(path);
  if (fault !== null || type === "Directory" || at === null || !read.includes(at.ending)) {
    if (fault !== null) faults.push({ place: `${file}:${path.slice(0, 200)}`, reason: fault });
    entry.resume();
    return;
  }
  if (size > maximumSvgBytes) {
    found.push({ ...at, bytes: null });
    entry.resume();
    return;
  }
  const parts: Buffer[] = [];
  entry.on("data", (part: Buffer) => parts.push(part));
  entry.on("end", () => found.push({ ...at, bytes: Buffer.concat(parts) }));
}

function faultOf(path: string, type: string): string | null {
  const parts = path.split(/[\\/]/);
  if (parts.includes("..") || /^([\\/]|[a-z]:)/i.test(path))
    return "its name leads out of the shard";
  if (/^(Symbolic)?Link$/.test(type)) return "a link";
  return null;
}

/** Up to the first dot of the name, as WebDataset does. */
function nameOf(path: string): { readonly key: string; readonly ending: string } | null {
  const match = /^((?:.*\/)?[^/.][^/.]*)\.([^/]+)$/.exec(path.replace(/^(\.\/)+/, ""));
  return match === null ? null : { key: match[1]!, ending: match[2]!.toLowerCase() };
}

function openFile(file: string): number {
  try {
    return openSync(file, "r");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new SourceError(`${file}: cannot read the shard: ${code}`, { cause: error });
  }
}
