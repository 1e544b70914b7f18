/** A file of a table, of questions and answers, or a shard, as a source: by its ending. */
import { basename } from "node:path";
import { type BadRow, type Source, SourceError, type SourceRow } from "../source.ts";
import { readArrow } from "./arrow.ts";
import type { ColumnChoice } from "./columns.ts";
import { readCsv } from "./csv.ts";
import { readJsonList } from "./json-list.ts";
import { readParquet } from "./parquet.ts";
import { type FileReader, sourceRows, type TableFormat } from "./rows.ts";
import { readTar } from "./tar.ts";

const formats: readonly { readonly ending: RegExp; readonly format: TableFormat }[] = [
  { ending: /\.(parquet|pq)$/i, format: { kind: "columnar", read: readParquet } },
  { ending: /\.arrow$/i, format: { kind: "columnar", read: readArrow } },
  { ending: /\.(tar|tar\.gz|tgz)$/i, format: { kind: "objects", read: readTar } },
  { ending: /\.(csv|tsv)$/i, format: { kind: "lines", read: readCsv } },
  { ending: /\.json$/i, format: { kind: "objects", read: readJsonList } },
];

export interface TableOptions {
  readonly columns: ColumnChoice | null;
  /** Reads drawings that the table names by their files. */
  readonly readFile?: FileReader;
}

export function isTableFile(name: string): boolean {
  return formats.some(({ ending }) => ending.test(name));
}

/** Of the files of a folder, those of the first format that is there: others tell of them. */
export function tablesOf(files: readonly string[]): string[] {
  const tables = files.filter((file) => !/dataset_infos?\.json$/.test(file));
  const found = formats.map(({ ending }) => tables.filter((file) => ending.test(file)));
  return found.find(({ length }) => length > 0) ?? [];
}

/**
 * Several files are read one after the other, and their rows named by their file. One of several that
 * cannot be read is told as a row is, and the others are read.
 * @throws SourceError for a file of another kind.
 */
export function tableSource(name: string, files: readonly string[], options: TableOptions): Source {
  const opened = files.map((file) => ({ file, format: formatOf(file) }));
  const several = files.length > 1;
  return {
    name,
    facts: { origin: name, version: null, licence: null, url: null },
    async *rows(onBad: (bad: BadRow) => void): AsyncIterable<SourceRow> {
      for (const { file, format } of opened) {
        try {
          for await (const row of sourceRows(file, format, options, onBad)) {
            const id = row.named || !several ? row.id : `${basename(file)}:${row.id}`;
            yield { ...row, id };
          }
        } catch (error) {
          if (!several || !(error instanceof SourceError)) throw error;
          onBad(badFile(file, error));
        }
      }
    },
  };
}

/** As a row is told. */
function badFile(file: string, { message }: SourceError): BadRow {
  const [, line = "", reason = message] = message.startsWith(file)
    ? (/^(:\d+)?: (.*)$/s.exec(message.slice(file.length)) ?? [])
    : [];
  return { place: `${file}${line}`, reason };
}

function formatOf(file: string): TableFormat {
  const found = formats.find(({ ending }) => ending.test(file));
  if (found !== undefined) return found.format;
  throw new SourceError(`${file}: expected a .parquet, .arrow, .csv, .tsv, .json or .tar file`);
}
