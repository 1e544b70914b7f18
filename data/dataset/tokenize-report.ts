/** What came of a corpus's entries as they were tokenized. */
import type { TokenDataset } from "./dataset.ts";
import type { SceneCount } from "./scenes.ts";

export interface TokenizeReport {
  readonly samples: number;
  /** Drawings besides the source's own, by augmentation. */
  readonly augmented: number;
  /** Of drawings that were too long and are learnt in parts; absent where none is to be split. */
  readonly scenes?: SceneCount;
  /** Entries that are longer than allowed even with their shortest caption, and in no parts. */
  readonly tooLong: readonly TooLong[];
  /** Entries that the tokenizer cannot hold, with its reason. */
  readonly refused: readonly { readonly id: string; readonly reason: string }[];
  /** Entries of fewer or more tokens than asked for; none where it is left out. */
  readonly filtered?: readonly FilteredEntry[];
  /** Tokens of the plain samples: smallest, percentiles and largest; zeros when there are none. */
  readonly lengths: LengthSummary;
  /**
   * Of every entry that the tokenizer holds, the tokens of its shortest sample, rising: the
   * context that it needs.
   */
  readonly needed: readonly number[];
  /** Samples by the number of their set. */
  readonly bySet: readonly number[];
}

export interface FilteredEntry {
  readonly id: string;
  readonly reason: string;
  /** Its tokens. */
  readonly detail: string;
}

/** A report of which parts are still to be added up: lengths as `[tokens, how many]`, rising. */
export interface PartialReport extends Omit<TokenizeReport, "lengths" | "needed"> {
  readonly plain: Histogram;
  readonly needed: Histogram;
}

export type Histogram = readonly (readonly [tokens: number, count: number])[];

/** Of the shards of a set, in their order. */
export function addReports(parts: readonly PartialReport[]): TokenizeReport {
  const bySet: number[] = [];
  for (const part of parts) {
    for (const [set, count] of part.bySet.entries()) bySet[set] = (bySet[set] ?? 0) + count;
  }
  return {
    samples: parts.reduce((sum, { samples }) => sum + samples, 0),
    augmented: parts.reduce((sum, { augmented }) => sum + augmented, 0),
    tooLong: parts.flatMap(({ tooLong }) => tooLong),
    refused: parts.flatMap(({ refused }) => refused),
    filtered: parts.flatMap(({ filtered = [] }) => filtered),
    lengths: summarize(spread(parts.map(({ plain }) => plain))),
    needed: spread(parts.map(({ needed }) => needed)),
    bySet: Array.from(bySet, (count) => count ?? 0),
  };
}

export function histogram(values: Iterable<number>): Histogram {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort(([a], [b]) => a - b);
}

/** Every value, rising. */
function spread(histograms: readonly Histogram[]): number[] {
  const counts = new Map<number, number>();
  for (const [value, count] of histograms.flat()) {
    counts.set(value, (counts.get(value) ?? 0) + count);
  }
  const rising = [...counts].sort(([a], [b]) => a - b);
  return rising.flatMap(([value, count]) => Array<number>(count).fill(value));
}

export interface TooLong {
  readonly id: string;
  /** With its shortest caption. */
  readonly tokens: number;
}

export interface LengthSummary {
  readonly total: number;
  readonly mean: number;
  readonly min: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
}

/** Counts as entries are tokenized. */
export class TokenizeAccount {
  readonly tooLong: TooLong[] = [];
  readonly refused: { readonly id: string; readonly reason: string }[] = [];
  readonly needed: number[] = [];
  readonly #bySet: number[] = [];

  /** Samples of a set, the first set unless given. */
  addSamples(set = 0, count = 1): void {
    while (this.#bySet.length <= set) this.#bySet.push(0);
    this.#bySet[set] = (this.#bySet[set] ?? 0) + count;
  }

  /** @param dataset what became of the entries. */
  report(dataset: TokenDataset, augmented: number): TokenizeReport {
    return {
      samples: dataset.size,
      augmented,
      tooLong: this.tooLong,
      refused: this.refused,
      lengths: summarize(plainLengths(dataset)),
      needed: this.needed.sort((a, b) => a - b),
      bySet: this.#bySet,
    };
  }
}

/** Of every sample with its plainest caption and the drawing of the source, rising. */
export function plainLengths(dataset: TokenDataset): number[] {
  return Array.from({ length: dataset.size }, (_, sample) =>
    dataset.lengthOf({ sample, caption: 0, drawing: 0 }),
  ).sort((a, b) => a - b);
}

/** @param lengths rising. */
export function summarize(lengths: readonly number[]): LengthSummary {
  const total = lengths.reduce((sum, length) => sum + length, 0);
  const rank = (share: number) =>
    lengths[Math.min(lengths.length - 1, Math.floor(share * lengths.length))] ?? 0;
  return {
    total,
    mean: lengths.length === 0 ? 0 : total / lengths.length,
    min: rank(0),
    p50: rank(0.5),
    p90: rank(0.9),
    p99: rank(0.99),
    max: rank(1),
  };
}
