/** How long each test file takes, so that the longest begin first and none of them runs alone in the end. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const table = join(import.meta.dirname, "durations.json");
/** Of files that are not in the table: more than most take. */
const unknownSeconds = 10;

type Durations = Readonly<Record<string, number>>;

function readDurations(): Durations {
  return existsSync(table) ? JSON.parse(readFileSync(table, "utf8")) : {};
}

/** @param files below tests/. */
export function longestFirst(files: readonly string[]): string[] {
  const seconds = readDurations();
  const of = (file: string) => seconds[file] ?? unknownSeconds;
  return [...files].sort((a, b) => of(b) - of(a) || a.localeCompare(b));
}

/** Writes the table anew, from a run of all files. Whole seconds, so that it changes seldom. */
export function keepDurations(outcomes: readonly { file: string; seconds: number }[]): void {
  const rows = outcomes.map(({ file, seconds }) => [file, Math.round(seconds)] as const);
  const sorted = rows.sort(([a], [b]) => a.localeCompare(b));
  writeFileSync(table, `${JSON.stringify(Object.fromEntries(sorted), null, 2)}\n`);
}
