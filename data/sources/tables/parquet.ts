/**
 * Parquet files, whatever their compression, a row group at a time. A group with damaged pages is
 * read anew in small pieces, so that the rows of sound pages are kept and the others counted.
 */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import {
  type AsyncBuffer,
  type FileMetaData,
  parquetMetadataAsync,
  parquetReadObjects,
} from "hyparquet";
import { type BadRow, SourceError } from "../source.ts";
import { mostColumns, type TableRow } from "./table.ts";

/** Of the columns that are read, unpacked; writers make groups of some tens of megabytes. */
const largestGroup = 2 ** 30;
/** Of a row group: writers make them of a million rows at most. More are a lie, or of no drawings. */
const mostRows = 2 ** 22;
/** Rows that are tried together where a group is damaged. */
const pieceRows = 128;

/**
 * @param wanted which columns to read, of those that are there.
 * @throws SourceError where the file is no Parquet or its description is damaged.
 */
export async function* readParquet(
  file: string,
  wanted: (names: readonly string[]) => readonly string[],
  onBad: (bad: BadRow) => void,
): AsyncIterable<TableRow> {
  const handle = openFile(file);
  try {
    const { compressors } = await import("hyparquet-compressors");
    const buffer = asyncBuffer(handle);
    const metadata = await describe(file, buffer);
    const names = namesOf(metadata);
    const columns = [...wanted(names)];
    let start = 0;
    for (const group of metadata.row_groups) {
      const count = Number(group.num_rows);
      if (!(count >= 0 && count <= mostRows)) {
        throw new SourceError(
          `${file}:${start + 1}: a row group says that it has ${count} rows; ${mostRows} are the most`,
        );
      }
      const end = start + count;
      const bytes = group.columns
        .filter(({ meta_data: of }) => columns.includes(of?.path_in_schema[0] ?? ""))
        .reduce((sum, { meta_data: of }) => sum + Number(of?.total_uncompressed_size ?? 0), 0);
      const read = { file: buffer, metadata, columns, compressors };
      if (bytes > largestGroup) {
        badRows(file, start, end, `in a row group of ${bytes} bytes`, onBad);
      } else {
        for await (const piece of pieces(read, start, end)) {
          if ("reason" in piece) badRows(file, piece.from, piece.to, piece.reason, onBad);
          else yield* rowsOf(file, piece.from, piece.rows);
        }
      }
      start = end;
    }
  } finally {
    closeSync(handle);
  }
}

type Piece = { readonly from: number } & (
  | { readonly rows: readonly Record<string, unknown>[] }
  | { readonly to: number; readonly reason: string }
);

type Reading = Parameters<typeof parquetReadObjects>[0];

async function* pieces(read: Reading, start: number, end: number): AsyncIterable<Piece> {
  const whole = await piece(read, start, end);
  if ("rows" in whole) {
    yield whole;
    return;
  }
  // At most a thousand tries a group, each of which may unpack all pages before its own.
  const step = Math.max(pieceRows, Math.ceil((end - start) / 1000));
  for (let from = start; from < end; from += step) {
    yield await piece(read, from, Math.min(from + step, end));
  }
}

async function piece(read: Reading, from: number, to: number): Promise<Piece> {
  try {
    const rows = await parquetReadObjects({
      ...read,
      rowStart: from,
      rowEnd: to,
      useOffsetIndex: true,
    });
    if (rows.length === to - from) return { from, rows };
    return { from, to, reason: `a damaged page: ${rows.length} rows of ${to - from}` };
  } catch (error) {
    return { from, to, reason: `a damaged page: ${(error as Error).message.slice(0, 200)}` };
  }
}

function* rowsOf(
  file: string,
  from: number,
  rows: readonly Record<string, unknown>[],
): Iterable<TableRow> {
  for (const [index, values] of rows.entries()) {
    const number = from + index + 1;
    yield { place: `${file}:${number}`, id: String(number), values };
  }
}

function badRows(
  file: string,
  from: number,
  to: number,
  reason: string,
  onBad: (bad: BadRow) => void,
): void {
  for (let row = from; row < to; row++) onBad({ place: `${file}:${row + 1}`, reason });
}

function openFile(file: string): number {
  try {
    return openSync(file, "r");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new SourceError(`${file}: cannot read the drawings: ${code}`, { cause: error });
  }
}

function asyncBuffer(handle: number): AsyncBuffer {
  const { size } = fstatSync(handle);
  return {
    byteLength: size,
    slice: (start, end = size) => {
      const [from, to] = [Math.max(0, start), Math.min(end, size)];
      const bytes = new Uint8Array(Math.max(0, to - from));
      let done = 0;
      while (done < bytes.length) {
        const read = readSync(handle, bytes, done, bytes.length - done, from + done);
        if (read === 0) break;
        done += read;
      }
      return bytes.buffer;
    },
  };
}

async function describe(file: string, buffer: AsyncBuffer): Promise<FileMetaData> {
  try {
    return await parquetMetadataAsync(buffer);
  } catch (error) {
    const reason = (error as Error).message.slice(0, 200);
    throw new SourceError(`${file}: no Parquet file, or a damaged one: ${reason}`, {
      cause: error,
    });
  }
}

/** Top-level columns. */
function namesOf({ schema }: FileMetaData): string[] {
  const names: string[] = [];
  for (let at = 1; at < schema.length && names.length < mostColumns; ) {
    names.push(schema[at]!.name);
    for (let open = 1; open > 0 && at < schema.length; at++) {
      open += (schema[at]!.num_children ?? 0) - 1;
    }
  }
  return names;
}
