/** A corpus without the drawings that a filter leaves out for others of it. */
import type { FilterOptions } from "../filters/options.ts";
import { bothHashes, colorLookOf } from "../filters/perceptual-hash.ts";
import { judgeSet, judgesSets } from "../filters/set-filters.ts";
import type { BadRow } from "../sources/source.ts";
import type { CorpusEntry } from "./entry.ts";
import type { Pair } from "./look-alikes.ts";

export interface WithoutLike {
  readonly kept: readonly CorpusEntry[];
  /** Numbers of kept ones that shall stand on one side of the split. */
  readonly joined: readonly Pair[];
  readonly left: readonly (BadRow & { readonly set: number })[];
}

export function withoutLike(all: readonly CorpusEntry[], filters: FilterOptions): WithoutLike {
  const { judges, hashes: hashed } = judgesSets(filters);
  if (!judges) return { kept: all, joined: [], left: [] };
  const at = (index: number) => all[index]!;
  const hashes = hashed ? all.map(({ drawing }) => bothHashes(drawing)) : [];
  const { faults, joined } = judgeSet(
    {
      length: all.length,
      hashesOf: (index) => hashes[index] ?? null,
      lookOf: (index) => colorLookOf(at(index).drawing),
      captionOf: (index) => at(index).names?.[0] ?? "",
      idOf: (index) => at(index).id,
    },
    filters,
  );
  return {
    kept: all.filter((_, index) => faults[index] === null),
    joined: amongKept(joined, faults),
    left: faults.flatMap((fault, index) =>
      fault === null ? [] : [{ set: at(index).set ?? 0, place: at(index).id, ...fault }],
    ),
  };
}

/** The pairs of which both are kept, by their numbers among those that are. */
export function amongKept(pairs: readonly Pair[], faults: readonly unknown[]): Pair[] {
  let kept = 0;
  const numbers = faults.map((fault) => (fault === null ? kept++ : -1));
  return pairs
    .map(([a, b]) => [numbers[a] ?? -1, numbers[b] ?? -1] as const)
    .filter(([a, b]) => a >= 0 && b >= 0);
}
