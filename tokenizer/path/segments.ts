/**
 * Segment tokens, as in HiVG (arXiv 2604.05072): tokens for whole commands with all their numbers, and
 * for runs of whole commands; none ends within a command, as byte-pair merges of single tokens may.
 */
import { learnMerges, type WeightedSequence } from "../bpe/index.ts";
import type { PathLayout, TokenClass } from "./layout.ts";
import { mayMerge, type PathMerge } from "./merges.ts";

/** Classes that go on with what a command began. */
const continuing: ReadonlySet<TokenClass> = new Set<TokenClass>([
  "digit",
  "lastDigit",
  "minus",
  "plus",
  "length",
  "x",
  "y",
  "dx",
  "dy",
  "point",
  "shade",
  "green",
  "blue",
]);

interface Segments {
  /** The distinct segments: a command and its numbers each. */
  readonly distinct: readonly (readonly number[])[];
  readonly counts: readonly number[];
  /** Each drawing as indices of its segments. */
  readonly sequences: readonly WeightedSequence[];
}

/**
 * The most frequent first, whole commands and pairs of runs alike, as a pair is never more frequent
 * than its parts.
 */
export function learnSegmentMerges(
  layout: PathLayout,
  drawings: readonly WeightedSequence[],
  merges: number,
  minimumFrequency: number,
): PathMerge[] {
  const { distinct, counts, sequences } = segmentsOf(layout, drawings);
  const free = distinct.map((ids) => ids.every((id) => mayMerge(layout, id)));
  const commands = distinct.flatMap((ids, unit) =>
    free[unit] && ids.length > 1 && counts[unit]! >= minimumFrequency
      ? [{ parts: [unit], unit, count: counts[unit]! }]
      : [],
  );
  const pairs = learnMerges(sequences, {
    firstId: distinct.length,
    merges,
    minimumFrequency,
    mayMerge: (left, right) => free[left] !== false && free[right] !== false,
  }).map(({ left, right, count }, i) => ({
    parts: [left, right],
    unit: distinct.length + i,
    count,
  }));
  // Sorting keeps what is equal as it stands: commands before the pairs that they are part of.
  const chosen = [...commands, ...pairs].sort((a, b) => b.count - a.count).slice(0, merges);

  const idOfUnit = new Map<number, number>();
  return chosen.map(({ parts, unit }, i) => {
    const ids =
      parts.length === 1
        ? distinct[unit]!
        : parts.flatMap((part) => idOfUnit.get(part) ?? distinct[part]!);
    idOfUnit.set(unit, layout.size + i);
    return ids;
  });
}

function segmentsOf(layout: PathLayout, drawings: readonly WeightedSequence[]): Segments {
  const distinct: number[][] = [];
  const counts: number[] = [];
  const units = new Map<string, number>();
  const sequences = drawings.map(({ ids, count }) => {
    const sequence: number[] = [];
    for (const segment of split(layout, ids)) {
      const key = segment.join();
      let unit = units.get(key);
      if (unit === undefined) {
        unit = distinct.push(segment) - 1;
        units.set(key, unit);
        counts.push(0);
      }
      counts[unit]! += count;
      sequence.push(unit);
    }
    return { ids: sequence, count };
  });
  return { distinct, counts, sequences };
}

function split(layout: PathLayout, ids: readonly number[]): number[][] {
  const segments: number[][] = [];
  for (const id of ids) {
    const of = layout.classOf(id);
    if (segments.length > 0 && of !== undefined && continuing.has(of)) segments.at(-1)!.push(id);
    else segments.push([id]);
  }
  return segments;
}
