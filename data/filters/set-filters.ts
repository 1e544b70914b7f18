/** The filters that judge a drawing by the others of its set, when all are read. */

import { firstLikeCaptions } from "./near-captions.ts";
import { firstLookAlikes, type Hashed, lookAlikePairs } from "./near-duplicates.ts";
import type { FilterFault, FilterOptions } from "./options.ts";

/** The drawings of a set, each once, in their order. */
export interface SetItems extends Hashed {
  /** Its plainest caption. */
  readonly captionOf: (index: number) => string;
  readonly idOf: (index: number) => string;
}

export interface JudgedSet {
  /** By item; null for those that are kept. */
  readonly faults: readonly (FilterFault | null)[];
  /** Items that shall stand on one side of the split. */
  readonly joined: readonly (readonly [number, number])[];
}

/** Whether a set has to be looked at by {@link judgeSet}, and whether drawings have to be hashed for it. */
export function judgesSets({ nearDuplicates, captionSimilarity }: FilterOptions) {
  const hashes = nearDuplicates !== "keep";
  return { judges: hashes || captionSimilarity !== null, hashes };
}

export function judgeSet(items: SetItems, options: FilterOptions): JudgedSet {
  const { nearDuplicates, captionSimilarity, captionCopies } = options;
  const faults = Array<FilterFault | null>(items.length).fill(null);
  if (nearDuplicates === "drop") {
    for (const [index, first] of firstLookAlikes(items).entries()) {
      if (first < 0) continue;
      const reason = "it looks like another drawing";
      faults[index] = { filter: "look", reason, detail: items.idOf(first) };
    }
  }
  if (captionSimilarity !== null) {
    const kept = [...faults.keys()].filter((index) => faults[index] === null);
    const captions = kept.map(items.captionOf);
    const search = { similarity: captionSimilarity, copies: captionCopies };
    for (const [at, first] of firstLikeCaptions(captions, search).entries()) {
      if (first < 0) continue;
      const reason = `its caption is that of ${captionCopies === 1 ? "another drawing" : `${captionCopies} other drawings`}`;
      faults[kept[at]!] = { filter: "caption", reason, detail: items.idOf(kept[first]!) };
    }
  }
  const joined = nearDuplicates === "together" ? lookAlikePairs(items) : [];
  return { faults, joined };
}
