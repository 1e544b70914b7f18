/** `log.jsonl` as a table for spreadsheets and data frames: a row for each record. */
import { csvCell } from "./comparison/index.ts";
import type { LogRecord } from "./log.ts";

/** Columns in the order in which records first have them; nested figures as `trained.hit1` (RFC 4180). */
export function logCsv(records: readonly LogRecord[]): string {
  const flat = records.map((record) => flatten(record));
  const columns = [...new Set(flat.flatMap((row) => Object.keys(row)))];
  const rows = flat.map((row) => columns.map((column) => row[column] ?? ""));
  return [columns, ...rows].map((row) => `${row.map(csvCell).join(",")}\r\n`).join("");
}

function flatten(values: object, prefix = ""): Record<string, string> {
  const parts = Object.entries(values).map(([key, value]: [string, unknown]) => {
    if (typeof value === "object" && value !== null) return flatten(value, `${prefix}${key}.`);
    return { [prefix + key]: value === null ? "" : String(value) };
  });
  return Object.assign({}, ...parts) as Record<string, string>;
}
