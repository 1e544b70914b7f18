/** Rows that wait for their score, which is given to several at once. */
import {
  type CaptionScorer,
  type Scoring,
  scoredTogether,
  scoreFault,
  scoringOf,
} from "../filters/caption-score.ts";
import type { FilterOptions } from "../filters/options.ts";
import type { BadRow } from "../sources/source.ts";
import type { ReadRow } from "./read-or-refuse.ts";

export class ScoredRows {
  readonly #scoring: Scoring | null;
  #waiting: { readonly place: string; readonly read: ReadRow }[] = [];

  /** @throws UsageError where the filters ask for scores and nobody gives them. */
  constructor(filters: FilterOptions, scorer: CaptionScorer | undefined) {
    this.#scoring = scoringOf(filters, scorer);
  }

  /** Whether rows wait at all. */
  get scores(): boolean {
    return this.#scoring !== null;
  }

  /** @returns those that pass, when enough have come. @param bad others are added. */
  async put(place: string, read: ReadRow, bad: BadRow[]): Promise<ReadRow[]> {
    this.#waiting.push({ place, read });
    return this.#waiting.length < scoredTogether ? [] : this.rest(bad);
  }

  async rest(bad: BadRow[]): Promise<ReadRow[]> {
    const waiting = this.#waiting.splice(0);
    if (this.#scoring === null || waiting.length === 0) return [];
    const { least, scorer } = this.#scoring;
    const scores = await scorer.score(waiting.map(({ read }) => plainPair(read)));
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
