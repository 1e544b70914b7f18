/** From a row of a source to a canonical drawing with all that is said of it, or why there is none. */
import { type CanonicalOptions, canonicalise, type Drawing } from "../../svg/index.ts";
import { FontError } from "../../svg/render/index.ts";
import { type FilterFault, type FilterOptions, noFilters } from "../filters/options.ts";
import { drawingFault, ownCaptions } from "../filters/row-filters.ts";
import type { SourceRow } from "../sources/source.ts";
import { withStyleWord } from "../sources/style-words.ts";
import { fingerprint } from "./fingerprint.ts";
import { uniformStrokes } from "./move.ts";
import { styleOf } from "./style.ts";

/** Reads the text of an SVG into a canonical drawing, or throws; a {@link FontError} ends the run. */
export type DrawingParser = (
  svg: string,
  options: CanonicalOptions,
) => { readonly drawing: Drawing; readonly dropped: Readonly<Record<string, number>> };

export interface RowReading {
  readonly canonical: CanonicalOptions;
  readonly parse: DrawingParser;
  /** Strokes of all drawings get this width on 24 units, and round ends; null keeps them. */
  readonly strokeWidth: number | null;
  /** Share of the captions that say the style. */
  readonly styleShare: number;
  /** What captions call the style of the set, in place of its own word. */
  readonly word: string | null;
  /** None where they are left out. */
  readonly filters?: FilterOptions;
}

/** Why there is no row to learn: it cannot be read, or a filter left it out. */
export type RowFault = { readonly reason: string } & Partial<
  Pick<FilterFault, "filter" | "detail">
>;

/** A row whose drawing can be learnt. */
export interface ReadRow {
  readonly id: string;
  readonly drawing: Drawing;
  /** Its fingerprint, the same whether what may stand in any order is sorted or not. */
  readonly print: string;
  readonly captions: readonly (readonly [caption: string, share: number])[];
  readonly names: readonly string[];
  readonly words: readonly string[];
  readonly style: string | undefined;
  /** What the canonical form left away, by reason. */
  readonly dropped: Readonly<Record<string, number>>;
}

export function readSourceRow(found: SourceRow, options: RowReading): ReadRow | RowFault {
  const parsed = parseRow(found.svg, options);
  if ("reason" in parsed) return parsed;
  const { drawing, print, dropped } = parsed;
  const { styleShare, word, filters = noFilters } = options;
  const row = ownCaptions(found, filters);
  if ("reason" in row) return row;
  const fault = drawingFault(drawing, dropped, filters);
  if (fault !== null) return fault;
  const style = word ?? row.style ?? (styleShare > 0 ? styleOf(drawing) : undefined);
  return {
    id: row.id,
    drawing,
    print,
    captions: captionsOf(row, style ?? "", styleShare),
    names: row.captions.slice(0, 1),
    words: row.words ?? [],
    style,
    dropped,
  };
}

/** Two rows with the same hold the same drawing. */
export function drawingKey(drawing: Drawing): string {
  return JSON.stringify(drawing);
}

/** With shares where the row gives them, which variants of a caption part between them. */
function captionsOf(
  { captions, shares }: SourceRow,
  style: string,
  styleShare: number,
): (readonly [caption: string, share: number])[] {
  if (shares === undefined) {
    return withStyleWord(captions, style, styleShare).map((caption) => [caption, 1]);
  }
  return captions.flatMap((caption, index) => {
    const variants = withStyleWord([caption], style, styleShare);
    return variants.map((variant) => [variant, (shares[index] ?? 0) / variants.length] as const);
  });
}

function parseRow(
  svg: string,
  { canonical, parse, strokeWidth }: RowReading,
): Pick<ReadRow, "drawing" | "print" | "dropped"> | { readonly reason: string } {
  try {
    const { drawing: found, dropped } = parse(svg, { ...canonical, order: "keep" });
    if (found.elements.length === 0) return { reason: "nothing is left to draw" };
    const kept = strokeWidth === null ? found : uniformStrokes(found, strokeWidth);
    const drawing = canonical.order === "keep" ? kept : canonicalise(kept, canonical);
    return { drawing, print: fingerprint(kept), dropped };
  } catch (error) {
    // Of all drawings, not of this one.
    if (error instanceof FontError) throw error;
    return { reason: (error as Error).message };
  }
}
