/** Arrow files, as streams or with a footer: those that Hugging Face's `save_to_disk` writes. */
import {
  closeSync,
  createReadStream,
  existsSync,
  fstatSync,
  openSync,
  type ReadStream,
  readFileSync,
  readSync,
} from "node:fs";
import { join } from "node:path";
import type { RecordBatch, Type, Vector } from "apache-arrow";
import { z } from "zod";
import { type BadRow, SourceError } from "../source.ts";
import { type Backing, backingOf, worst } from "./arrow-backing.ts";
import { mostColumns, type TableRow } from "./table.ts";

/** Captions or messages of a row; a longer list is damaged, or of something else. */
const mostInList = 10_000;
/** Rows of a batch whose columns are of nulls alone: without bytes, it may claim any number. */
const mostUnbacked = 1024;

/**
 * Batch by batch. A file that breaks off is told with the row after the last one that was read.
 * @param wanted which columns to read, of those that are there.
 * @throws SourceError where it is no Arrow file.
 */
export async function* readArrow(
  file: string,
  wanted: (names: readonly string[]) => readonly string[],
  onBad: (bad: BadRow) => void,
): AsyncIterable<TableRow> {
  const stream = messagesOf(file);
  let number = 0;
  try {
    const { reader, types } = await openReader(file, stream);
    const names = reader.schema.fields.slice(0, mostColumns).map(({ name }) => String(name));
    const columns = wanted(names);
    try {
      for await (const batch of reader) {
        const { numRows } = batch as RecordBatch;
        const vectors = columns.map(
          (name) => [name, (batch as RecordBatch).getChild(name)] as const,
        );
        const held = worst(vectors.map(([, vector]) => rowsHeld(types, vector, numRows)));
        if (held === "fewer" || (held === "nothing" && numRows > mostUnbacked)) {
          throw new Error(`a batch says that it has ${numRows} rows, and holds fewer`);
        }
        for (let row = 0; row < numRows; row++) {
          number++;
          const place = `${file}:${number}`;
          const values = valuesAt(vectors, row);
          if (values === null) onBad({ place, reason: "damaged values" });
          else yield { place, id: String(number), values };
        }
      }
    } catch (error) {
      onBad({ place: `${file}:${number + 1}`, reason: reasonOf(error as Error) });
    }
  } finally {
    stream.destroy();
  }
}

function reasonOf({ message }: Error): string {
  if (/compressed/.test(message)) {
    return "its batches are compressed, which is not read: write the file without, or as Parquet";
  }
  return `the file is damaged from here on: ${message.slice(0, 200)}`;
}

const magic = "ARROW1";

/**
 * The messages of a file, one after the other, as in a stream. Its footer, which says where they are as
 * well, is passed over: a reader that believes a damaged one may never end.
 */
function messagesOf(file: string): ReadStream {
  let handle: number;
  try {
    handle = openSync(file, "r");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new SourceError(`${file}: cannot read the drawings: ${code}`, { cause: error });
  }
  try {
    const { size } = fstatSync(handle);
    const at = (from: number, length: number) => {
      const bytes = Buffer.alloc(length);
      readSync(handle, bytes, 0, length, Math.max(0, from));
      return bytes;
    };
    if (at(0, 6).toString("latin1") !== magic) return createReadStream(file);
    const end = at(size - 10, 10);
    const footer = end.readInt32LE(0);
    if (end.toString("latin1", 4) !== magic || footer < 0 || footer > size - 18) {
      throw new SourceError(`${file}: no Arrow file, or a damaged one: its end is missing`);
    }
    return createReadStream(file, { start: 8, end: Math.max(8, size - 11 - footer) });
  } finally {
    closeSync(handle);
  }
}

async function openReader(file: string, stream: NodeJS.ReadableStream) {
  // A quarter of a second to load, and seldom wanted.
  const { RecordBatchReader, Type: types } = await import("apache-arrow");
  try {
    const reader = await RecordBatchReader.from(stream);
    await reader.open();
    if (reader.schema === undefined) throw new Error("no schema");
    return { reader, types };
  } catch (error) {
    const reason = (error as Error).message.slice(0, 200);
    throw new SourceError(`${file}: no Arrow file, or a damaged one: ${reason}`, { cause: error });
  }
}

/** Whether the values are there that a batch claims; nothing of a column that it leaves out. */
function rowsHeld(types: typeof Type, vector: Vector | null, rows: number): Backing {
  if (vector === null) return "nothing";
  if (vector.length !== rows) return "fewer";
  return worst(vector.data.map((part) => backingOf(types, part, part.length)));
}

function valuesAt(
  vectors: readonly (readonly [string, Vector | null])[],
  row: number,
): Record<string, unknown> | null {
  try {
    return Object.fromEntries(vectors.map(([name, vector]) => [name, plain(vector?.get(row))]));
  } catch {
    return null;
  }
}

/** Lists and structures of Arrow as JSON has them. */
function plain(value: unknown, depth = 0): unknown {
  if (typeof value !== "object" || value === null || depth > 8) return value;
  if (value instanceof Uint8Array) return null;
  const isList = Symbol.iterator in value && "length" in value;
  if (isList) {
    // Damaged offsets may claim any length.
    if ((value as { length: number }).length > mostInList) throw new RangeError("a long list");
    return [...(value as Iterable<unknown>)].map((one) => plain(one, depth + 1));
  }
  const { toJSON } = value as { toJSON?: () => unknown };
  if (typeof toJSON !== "function") return value;
  const fields = toJSON.call(value) as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(fields).map(([key, one]) => [key, plain(one, depth + 1)]),
  );
}

const state = z.object({ _data_files: z.array(z.object({ filename: z.string() })).max(100_000) });
const dictionary = z.object({ splits: z.array(z.string()).max(1000) });

/** Whether a folder was written by `Dataset.save_to_disk` or `DatasetDict.save_to_disk`. */
export function isSavedDataset(folder: string): boolean {
  return ["state.json", "dataset_dict.json"].some((name) => existsSync(join(folder, name)));
}

/** The Arrow files of such a folder, in order. @throws SourceError where it says so wrongly. */
export function savedFiles(folder: string): string[] {
  const list = join(folder, "dataset_dict.json");
  if (existsSync(list)) {
    const { splits } = readJson(list, dictionary);
    return splits.flatMap((split) => savedFiles(join(folder, checked(list, split))));
  }
  const file = join(folder, "state.json");
  return readJson(file, state)._data_files.map(({ filename }) =>
    join(folder, checked(file, filename)),
  );
}

function checked(file: string, name: string): string {
  if (/^[^/\\]+$/.test(name) && name !== "..") return name;
  throw new SourceError(`${file}: the name ${JSON.stringify(name)} leads out of the folder`);
}

function readJson<T>(file: string, form: z.ZodType<T>): T {
  try {
    return form.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch (error) {
    throw new SourceError(`${file}: not as save_to_disk of Hugging Face's datasets writes it`, {
      cause: error,
    });
  }
}
