/**
 * How the canonical form is chosen: one value of each, and a drawing has one canonical form.
 * @example
 * const options: Partial<CanonicalOptions> = { grid: 96, shapes: "paths", colorBits: 4 };
 * const { drawing } = parseDrawing(svg, options);
 */
export interface CanonicalOptions {
  /** Length of the longer side of the view box in grid units. */
  readonly grid: number;
  /** `keep` circles, rects…, or write them all as `paths`. */
  readonly shapes: "keep" | "paths";
  /** `keep` arcs and quadratic curves as they are, or write them as `cubics`. */
  readonly arcs: "keep" | "cubics";
  readonly quadratics: "keep" | "cubics";
  /** `drop` takes strokes away (counted), as OmniSVG's data do. */
  readonly strokes: "keep" | "drop";
  /** `flatten` dissolves groups, multiplying their opacity into the elements. */
  readonly groups: "keep" | "flatten";
  /** `first-stop` replaces a gradient by its first stop's colour (counted), as LLM4SVG does. */
  readonly gradients: "keep" | "first-stop";
  /**
   * `sorted` brings what may stand in any order into one: elements from the top down, each path from its
   * upper end, closed ones clockwise. The picture stays the same.
   */
  readonly order: "keep" | "sorted";
  /** Bits of a colour channel: 8 keeps the colour, 4 rounds to the 4,096 colours of `#rgb`. */
  readonly colorBits: 4 | 8;
  /** Refuse, by a typed error, a source that holds what the canonical form cannot. */
  readonly strict: boolean;
}

export const defaultCanonicalOptions: CanonicalOptions = {
  grid: 200,
  shapes: "keep",
  arcs: "keep",
  quadratics: "keep",
  strokes: "keep",
  groups: "keep",
  gradients: "keep",
  order: "keep",
  colorBits: 8,
  strict: false,
};
