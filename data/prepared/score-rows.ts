/**
 * Scores the rows of a set with their captions, a part at a time, in the thread that holds the scorer.
 * Scores lie in files of their own, so that a set that was killed need not ask for them again.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { plainPair } from "../corpus/scored-rows.ts";
import {
  type CaptionScorer,
  scoredTogether,
  scoreFault,
  scoringOf,
} from "../filters/caption-score.ts";
import type { BadRow } from "../sources/source.ts";
import {
  hashOf,
  type PartSummary,
  type PlacedRow,
  type StoredRow,
  summaryAt,
  writeText,
} from "./jobs.ts";
import type { PrepareOptions } from "./options.ts";
import { partFile } from "./read-rows.ts";

interface Scores {
  readonly hash: string;
  readonly scores: readonly number[];
}

/**
 * The parts without the rows whose score is too low; as they are where nothing is scored.
 * @throws UsageError where the filters ask for scores and nobody gives them.
 */
export async function scoreRows(
  { filters, scorer: given, onProgress }: PrepareOptions,
  work: string,
  parts: readonly PartSummary[],
): Promise<readonly PartSummary[]> {
  const scoring = scoringOf(filters, given);
  if (scoring === null) return parts;
  const { least, scorer } = scoring;
  const total = parts.reduce((sum, { rows }) => sum + rows.length, 0);
  const passed: PartSummary[] = [];
  let done = 0;
  for (const [number, part] of parts.entries()) {
    const rows = readPlaced(`${partFile(work, number)}.jsonl`);
    const file = join(work, `scores-${String(number).padStart(5, "0")}.json`);
    const scores = await scoresOf(rows, file, hashOf([part.hash, scorer.id]), scorer);
    passed.push(without(part, rows, scores, least));
    done += rows.length;
    onProgress?.("scoring captions", done, total);
  }
  return passed;
}

function readPlaced(file: string): PlacedRow[] {
  const lines = readFileSync(file, "utf8").split("\n");
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as PlacedRow);
}

async function scoresOf(
  rows: readonly PlacedRow[],
  file: string,
  hash: string,
  scorer: CaptionScorer,
): Promise<readonly number[]> {
  const known = summaryAt<Scores>(file, hash);
  if (known !== null) return known.scores;
  const scores: number[] = [];
  for (let from = 0; from < rows.length; from += scoredTogether) {
    scores.push(...(await scorer.score(rows.slice(from, from + scoredTogether).map(plainPair))));
  }
  writeText(file, JSON.stringify({ hash, scores } satisfies Scores));
  return scores;
}

function without(
  part: PartSummary,
  rows: readonly PlacedRow[],
  scores: readonly number[],
  least: number,
): PartSummary {
  const kept: StoredRow[] = [];
  const bad: (BadRow & { readonly set: number })[] = [];
  const dropped = { ...part.dropped };
  const styles = part.styles.map((counts) => ({ ...counts }));
  for (const [index, { place, style, dropped: own }] of rows.entries()) {
    const stored = part.rows[index]!;
    const fault = scoreFault(scores[index] ?? Number.NaN, least);
    if (fault === null) {
      kept.push(stored);
      continue;
    }
    bad.push({ set: stored.set, place, ...fault });
    subtract(dropped, own);
    if (style !== undefined) subtract(styles[stored.set]!, { [style]: 1 });
  }
  return { ...part, rows: kept, bad: [...part.bad, ...bad], dropped, styles };
}

/** Reasons of which none is left go. */
function subtract(from: Record<string, number>, counts: Readonly<Record<string, number>>): void {
  for (const [reason, count] of Object.entries(counts)) {
    const left = (from[reason] ?? 0) - count;
    if (left > 0) from[reason] = left;
    else delete from[reason];
  }
}
