/** Rows of a table, whatever they hold: for those that are no drawings with captions. */

import { readLines } from "../lines.ts";
import { type BadRow, SourceError } from "../source.ts";
import { readArrow } from "./arrow.ts";
import { readCsv } from "./csv.ts";
import { readJsonList } from "./json-list.ts";
import { readParquet } from "./parquet.ts";
import type { TableRow } from "./table.ts";

const longestLine = 4_000_000;

/**
 * @param file a .parquet, .arrow, .csv, .tsv, .json or .jsonl file.
 * @param wanted which columns to read, of those of a file that names them before its rows.
 * @param onBad is told of each row that cannot be read.
 * @throws SourceError where the file cannot be read at all, or is of another kind.
 */
export function readTable(
  file: string,
  wanted: (names: readonly string[]) => readonly string[],
  onBad: (bad: BadRow) => void,
): AsyncIterable<TableRow> {
  if (/\.(parquet|pq)$/i.test(file)) return readParquet(file, wanted, onBad);
  if (/\.arrow$/i.test(file)) return readArrow(file, wanted, onBad);
  if (/\.(csv|tsv)$/i.test(file)) return readCsv(file, onBad);
  if (/\.json$/i.test(file)) return readJsonList(file, onBad);
  if (/\.(jsonl|ndjson)$/i.test(file)) return readJsonLines(file, onBad);
  throw new SourceError(`${file}: expected a .parquet, .arrow, .csv, .tsv, .json or .jsonl file`);
}

async function* readJsonLines(file: string, onBad: (bad: BadRow) => void): AsyncIterable<TableRow> {
  for (const { number, text, fault } of readLines(file, longestLine)) {
    if (text?.trim() === "") continue;
    const place = `${file}:${number}`;
    const values = text === null ? null : objectIn(text);
    if (values !== null) yield { place, id: String(number), values };
    else onBad({ place, reason: fault ?? "not a JSON object" });
  }
}

function objectIn(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
