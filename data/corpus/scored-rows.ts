/** Rows that wait for their score, which is given to several at once. */
import { type CaptionScorer, scoredTogether, scoreFault } from "../filters/caption-score.ts";
import type { FilterOptions } from "../filters/options.ts";
import type { BadRow } from "../sources/source.ts";
import type { ReadRow } from "./read-row.ts";

export class ScoredRows {
  readonly #scorer: CaptionScorer | undefined;
  /** Null where nothing is scored. */
  readonly least: number | null;
  #waiting: { readonly place: string; readonly read: ReadRow }[] = [];

  constructor({ clipScore }: FilterOptions, scorer: CaptionScorer | undefined) {
    this.least = scorer === undefined ? null : clipScore;
    this.#scorer = scorer;
  }

  /** @returns those that pass, when enough have come. @param bad others are added. */
  async put(place: string, read: ReadRow, bad: BadRow[]): Promise<ReadRow[]> {
    this.#waiting.push({ place, read });
    return this.#waiting.length < scoredTogether ? [] : this.rest(bad);
  }

  async rest(bad: BadRow[]): Promise<ReadRow[]> {
    const { least } = this;
    const waiting = this.#waiting.splice(0);
    if (least === null || this.#scorer === undefined || waiting.length === 0) return [];
    const scores = await this.#scorer.score(waiting.map(({ read }) => plainPair(read)));
    return waiting.flatMap(({ place, read }, index) => {
      const fault = scoreFault(scores[index] ?? Number.NaN, least);
      if (fault !== null) bad.push({ place, ...fault });
      return fault === null ? [read] : [];
    });
  }
}

/** What a scorer judges of a row. */
export function plainPair({ drawing, captions }: ReadRow) {
  return { drawing, caption: captions[0]?.[0] ?? "" };
}
