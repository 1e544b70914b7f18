/** Drawings that look nearly the same, by `look-search.ts`, in colour and place by place. */
import { LookSearch, pairsAlike, type Searched } from "./look-search.ts";
import { type ColorLook, looksAlike, mirroredColorLook } from "./perceptual-hash.ts";

export interface Hashed {
  readonly length: number;
  /** `[16]`: the hash of a drawing and that of its mirror image; null where nothing shows. */
  readonly hashesOf: (index: number) => Int32Array | null;
  /** As `colorLookOf` gives it; asked for again and again. */
  readonly lookOf: (index: number) => ColorLook | null;
}

function searched(items: Hashed): Searched<ColorLook> {
  const { length, hashesOf, lookOf } = items;
  return { length, hashesOf, lookOf, alike: looksAlike, mirrored: mirroredColorLook };
}

/**
 * For each the first that it looks like and that is like none itself, or -1: those with another's number
 * can go, and no two of the others look the same. Mirror images are others.
 */
export function firstLookAlikes(items: Hashed): Int32Array {
  const first = new Int32Array(items.length).fill(-1);
  const search = new LookSearch(searched(items));
  for (let index = 0; index < items.length; index++) {
    const found = search.alike(index, false, () => true);
    first[index] = found[0] ?? -1;
    if (found.length === 0) search.add(index);
  }
  return first;
}

/** Pairs that look the same, mirrored or not: enough of them to join each group. */
export function lookAlikePairs(items: Hashed): [a: number, b: number][] {
  return pairsAlike(searched(items));
}
