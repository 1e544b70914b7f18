/** The filters that judge a row alone, as soon as its drawing is read. */
import type { Drawing } from "../../svg/index.ts";
import { aspectFault } from "./aspect.ts";
import { elementsFault } from "./elements.ts";
import { isForeign } from "./language.ts";
import { lossOf } from "./lossless.ts";
import type { FilterFault, FilterOptions } from "./options.ts";
import { visibleFault } from "./visible.ts";

export interface Captions {
  readonly captions: readonly string[];
  /** How often each is shown beside the others; all alike where it is left out. */
  readonly shares?: readonly number[];
}

/** Captions in the languages that are asked for, with their shares. */
export function ownCaptions<T extends Captions>(
  row: T,
  { languages }: FilterOptions,
): T | FilterFault {
  if (languages === null) return row;
  const kept = row.captions.flatMap((caption, index) =>
    isForeign(caption, languages) ? [] : [index],
  );
  if (kept.length === row.captions.length) return row;
  if (kept.length === 0) {
    const detail = row.captions[0]?.slice(0, 60) ?? "";
    const reason = `no caption in ${languages.join(" or ")}`;
    return { filter: "language", reason, detail };
  }
  const { captions, shares } = row;
  return {
    ...row,
    captions: kept.map((index) => captions[index]!),
    ...(shares === undefined ? {} : { shares: kept.map((index) => shares[index] ?? 0) }),
  };
}

/** @param dropped what the canonical form left away, by reason. */
export function drawingFault(
  drawing: Drawing,
  dropped: Readonly<Record<string, number>>,
  options: FilterOptions,
): FilterFault | null {
  const { lossless, aspect, elements, visible } = options;
  return (
    (lossless ? lossOf(dropped) : null) ??
    (aspect === null ? null : aspectFault(drawing, aspect)) ??
    elementsFault(drawing, elements) ??
    (visible ? visibleFault(drawing) : null)
  );
}
