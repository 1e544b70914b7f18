/** CSV and TSV files with a line of names, row by row in bounded memory. */
import { createReadStream } from "node:fs";
import { CsvError, type Info, parse } from "csv-parse";
import { type BadRow, SourceError } from "../source.ts";
import { encodingOf } from "../text-encoding.ts";
import { mostColumns, type TableRow } from "./table.ts";

/** A drawing and its captions, with room for quotes. */
const largestRow = 4_000_000;

interface CsvRecord {
  readonly record: Buffer[];
  readonly info: Info;
}

/** @throws SourceError where there is no line of names, or one that no table has. */
export async function* readCsv(
  file: string,
  onBad: (bad: BadRow) => void,
): AsyncIterable<TableRow> {
  let names: readonly string[] | null = null;
  const skipped: BadRow[] = [];
  const parser = parse({
    delimiter: /\.tsv$/i.test(file) ? "\t" : ",",
    encoding: null,
    bom: true,
    // Else the reader looks for it at every byte of the line of names: slow where that is long.
    record_delimiter: ["\r\n", "\n", "\r"],
    info: true,
    max_record_size: largestRow,
    relax_column_count: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    on_skip: (error) => {
      skipped.push({ place: placeOf(file, error), reason: reasonOf(error) });
    },
  });
  const bytes = createReadStream(file);
  const fail = (error: Error) => parser.destroy(error);
  bytes.once("error", fail);
  void feed(bytes, parser).catch(fail);
  let number = 0;
  try {
    for await (const { record, info } of parser as AsyncIterable<CsvRecord>) {
      for (const bad of skipped.splice(0)) onBad(bad);
      const cells = texts(record);
      if (names === null) {
        names = namesOf(file, cells);
        continue;
      }
      number++;
      const place = `${file}:${info.lines}`;
      if (cells === null) onBad({ place, reason: "the bytes are no UTF-8" });
      else if (cells.length !== names.length) {
        onBad({ place, reason: `${cells.length} cells under ${names.length} names` });
      } else {
        const values = Object.fromEntries(names.map((name, index) => [name, cells[index]]));
        yield { place, id: String(number), values };
      }
    }
  } catch (error) {
    if (error instanceof SourceError) throw error;
    if (!(error instanceof CsvError)) {
      const { code, message } = error as NodeJS.ErrnoException;
      throw new SourceError(`${file}: cannot read the table: ${code ?? message}`, { cause: error });
    }
    skipped.push({ place: placeOf(file, error), reason: reasonOf(error) });
  } finally {
    bytes.destroy();
    parser.destroy();
  }
  for (const bad of skipped) onBad(bad);
  if (names === null) throw new SourceError(`${file}: empty; expected a line of names`);
}

/** In UTF-8, whatever the file is in. */
async function feed(bytes: AsyncIterable<Buffer>, parser: ReturnType<typeof parse>): Promise<void> {
  let decoder: InstanceType<typeof TextDecoder> | null | undefined;
  const put = async (chunk: Buffer) => {
    if (parser.destroyed || parser.write(chunk)) return;
    await new Promise<void>((resolve) => {
      const go = () => {
        parser.off("drain", go).off("close", go);
        resolve();
      };
      parser.once("drain", go).once("close", go);
    });
  };
  for await (const chunk of bytes) {
    if (decoder === undefined) {
      const encoding = encodingOf(chunk);
      decoder = encoding === "utf-8" ? null : new TextDecoder(encoding);
    }
    await put(decoder === null ? chunk : Buffer.from(decoder.decode(chunk, { stream: true })));
    if (parser.destroyed) return;
  }
  parser.end();
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** Null where one is no text. */
function texts(record: readonly Buffer[]): string[] | null {
  try {
    return record.map((cell) => utf8.decode(cell));
  } catch {
    return null;
  }
}

function namesOf(file: string, cells: readonly string[] | null): string[] {
  if (cells === null) throw new SourceError(`${file}:1: the line of names is no UTF-8`);
  if (cells.length > mostColumns) {
    throw new SourceError(`${file}:1: over ${mostColumns} columns; is it a table of drawings?`);
  }
  const names = cells.map((cell) => cell.trim());
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return names;
  throw new SourceError(`${file}:1: the column "${twice}" is there twice`);
}

function placeOf(file: string, error: CsvError | undefined): string {
  const lines = error === undefined ? undefined : Reflect.get(error, "lines");
  return typeof lines === "number" ? `${file}:${lines}` : file;
}

function reasonOf(error: CsvError | undefined): string {
  switch (error?.code) {
    case "CSV_MAX_RECORD_SIZE":
      return `a row longer than ${largestRow} bytes`;
    case "CSV_QUOTE_NOT_CLOSED":
      return "a quote that is never closed";
    default:
      return `no row of a table (${error?.code ?? "unknown"})`;
  }
}
