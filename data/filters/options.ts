/**
 * Filters: what is not to be learnt, and why. Each leaves out a row, a drawing or a caption and says so
 * with a reason that is counted; none is silent. They are plain data, so that threads can be given them.
 */

export interface Bounds {
  /** Null for any. */
  readonly least: number | null;
  readonly most: number | null;
}

/** Every filter, in the order in which they are asked. */
export const filterNames = [
  "language",
  "lossless",
  "aspect",
  "elements",
  "visible",
  "clip",
  "look",
  "caption",
  "tokens",
] as const;
export type FilterName = (typeof filterNames)[number];

export interface FilterOptions {
  /** Codes of ISO 639, as `en`; captions in others are left out. Null for any. */
  readonly languages: readonly string[] | null;
  /** Only drawings of which the canonical form keeps everything. */
  readonly lossless: boolean;
  /** Longest side of the view box, in its shorter sides; null for any. */
  readonly aspect: number | null;
  /** Shapes of a drawing, out of their groups. */
  readonly elements: Bounds;
  /** Only drawings that render, and of which something shows on white. */
  readonly visible: boolean;
  /** Least score of a drawing with its plainest caption, by the scorer that is passed; null for any. */
  readonly clipScore: number | null;
  /** Drawings that look nearly the same: all are kept, on one side of the split or not, or the first. */
  readonly nearDuplicates: "keep" | "together" | "drop";
  /** Jaccard similarity from which on two captions are one, above 0, at most 1; null for none. */
  readonly captionSimilarity: number | null;
  /** Drawings that are kept of one such caption. */
  readonly captionCopies: number;
  /** Tokens of a drawing, without its caption. */
  readonly tokens: Bounds;
}

/**
 * Nothing is left out.
 * @example
 * const options = { ...noFilters, visible: true };
 */
export const noFilters: FilterOptions = {
  languages: null,
  lossless: false,
  aspect: null,
  elements: { least: null, most: null },
  visible: false,
  clipScore: null,
  nearDuplicates: "keep",
  captionSimilarity: null,
  captionCopies: 1,
  tokens: { least: null, most: null },
};

/** Why something was left out. */
export interface FilterFault {
  readonly filter: FilterName;
  /** The same for all that the filter leaves out for this. */
  readonly reason: string;
  /** What is so of this one: a figure, or the name of what it is like. */
  readonly detail?: string;
}

/** What is wrong with a number, or null. @param what in the plural, as `elements`. */
export function outside(
  value: number,
  { least, most }: Bounds,
  what: string,
): Omit<FilterFault, "filter"> | null {
  if (least !== null && value < least) {
    return { reason: `fewer than ${least} ${what}`, detail: String(value) };
  }
  if (most !== null && value > most) {
    return { reason: `more than ${most} ${what}`, detail: String(value) };
  }
  return null;
}
