/**
 * The grammar of a drawing's tokens, as tables. A production is a token and the slots that it opens;
 * what its slots hold and what follows it is said by its `what`.
 */
import { type PathLayout, radix } from "./layout.ts";
import type { PathOptions } from "./options.ts";

/** What may stand in one place after a production's token. */
export type Slot =
  /** Absolute coordinates. */
  | "x"
  | "y"
  /** Coordinates that may be steps from the last point. */
  | "stepX"
  | "stepY"
  | "point"
  | "length"
  /** The sign, and what follows a sign, of a number that no coordinate or length token holds. */
  | "farSignY"
  | "farX"
  | "farY"
  | "farLength"
  | "integer"
  | "sign"
  | "paint"
  | "color"
  | "shade"
  | "green"
  | "blue"
  | "spread";

export type ShapeKind =
  | "path"
  | "circle"
  | "ellipse"
  | "rect"
  | "roundRect"
  | "ovalRect"
  | "line"
  | "polyline"
  | "polygon";

export type CommandKind =
  | "moveto"
  | "lineto"
  | "horizontal"
  | "vertical"
  | "quadratic"
  | "cubic"
  | "arc"
  | "close";

export type PropertyKind =
  | "fill"
  | "stroke"
  | "strokeWidth"
  | "miterLimit"
  | "dashes"
  | "dashOffset"
  | "strokeOpacity"
  | "fillOpacity"
  | "opacity";

export type What =
  | ShapeKind
  | CommandKind
  | PropertyKind
  | "width"
  | "height"
  | "groupOpacity"
  | "nextPoint"
  | "linearGradient"
  | "radialGradient"
  | "focalGradient"
  | "stop"
  | "stopOpacity";

export interface Production<Kind extends What = What> {
  readonly what: Kind;
  /** The first of `variants` ids. */
  readonly token: number;
  readonly variants: number;
  readonly slots: readonly Slot[];
}

/** Properties stand in this order before an element, each at most once. */
export const ranks = {
  fill: 1,
  stroke: 2,
  strokeWidth: 3,
  cap: 4,
  join: 5,
  miterLimit: 6,
  dashes: 7,
  dashOffset: 8,
  strokeOpacity: 9,
  fillOpacity: 10,
  fillRule: 11,
  opacity: 12,
} as const;

export interface Grammar {
  readonly layout: PathLayout;
  readonly options: PathOptions;
  readonly merged: boolean;
  readonly relative: boolean;
  /** Slots of an absolute point, and of one that may be relative. */
  readonly fixedPoint: readonly Slot[];
  readonly nextPoint: readonly Slot[];
  readonly shapes: readonly Production<ShapeKind>[];
  readonly commands: readonly Production<CommandKind>[];
  /** Tokens of a color after the first one. */
  readonly colorRest: readonly Slot[];
  /** Tokens of the shortest element, and of the shortest that a fill alone makes visible. */
  readonly shortestShape: number;
  readonly shortestFilled: number;
  /** Extent in grid units that is surely seen, and a stroke's width in quarters of them. */
  readonly visibleExtent: number;
  readonly visibleWidth: number;
  /** Whether a drawing in which nothing can be seen is allowed. */
  readonly allowEmpty: boolean;
}

/** Groups that sampling opens within groups. */
export const deepestSampledGroup = 198;
/** How far coordinates, and radii or other lengths, go in canonical drawings: in grids. */
export const farthest = 16;
export const farthestRadius = 64;
/** Tokens of a gradient's stop: its token, its offset of two digits and currentColor. */
export const stopTokens = 4;
export const fewestStops = 2;
/** Percent of opacity, all that apply multiplied, at which something is surely seen. */
export const visiblePercent = 5;

export function createGrammar(
  layout: PathLayout,
  options: PathOptions,
  allowEmpty: boolean,
): Grammar {
  const merged = options.coordinates === "merged";
  const fixedPoint: readonly Slot[] = merged ? ["point"] : ["x", "y"];
  const nextPoint: readonly Slot[] = merged ? ["point"] : ["stepX", "stepY"];
  const tokensOfPoint = fixedPoint.length;
  const table = <Kind extends What>(
    rows: readonly (readonly [Kind, number, number, readonly Slot[]])[],
  ): Production<Kind>[] =>
    rows
      .filter(([, token]) => token >= 0)
      .map(([what, token, variants, slots]) => ({ what, token, variants, slots }));

  return {
    layout,
    options,
    merged,
    relative: options.positions === "relative",
    fixedPoint,
    nextPoint,
    shapes: table<ShapeKind>([
      ["path", layout.path, 1, fixedPoint],
      ["circle", layout.circle, 1, [...fixedPoint, "length"]],
      ["ellipse", layout.ellipse, 1, [...fixedPoint, "length", "length"]],
      ["rect", layout.rect, 1, [...fixedPoint, "length", "length"]],
      ["roundRect", layout.roundRect, 1, [...fixedPoint, "length", "length", "length"]],
      ["ovalRect", layout.ovalRect, 1, [...fixedPoint, "length", "length", "length", "length"]],
      ["line", layout.line, 1, [...fixedPoint, ...nextPoint]],
      ["polyline", layout.polyline, 1, fixedPoint],
      ["polygon", layout.polygon, 1, fixedPoint],
    ]),
    commands: table<CommandKind>([
      ["moveto", layout.moveto, 1, fixedPoint],
      ["lineto", layout.lineto, 1, nextPoint],
      ["horizontal", layout.horizontal, 1, ["stepX"]],
      ["vertical", layout.vertical, 1, ["stepY"]],
      ["quadratic", layout.quadratic, 1, [...nextPoint, ...nextPoint]],
      ["cubic", layout.cubic, 1, [...nextPoint, ...nextPoint, ...nextPoint]],
      ["arc", layout.circularArc, 4, ["length", ...nextPoint]],
      ["arc", layout.ellipticArc, 4, ["length", "length", ...nextPoint]],
      ["arc", layout.rotatedArc, 4, ["length", "length", "integer", ...nextPoint]],
      ["close", layout.close, 1, []],
    ]),
    colorRest: layout.red >= 0 ? ["green", "blue"] : layout.shade >= 0 ? ["shade"] : [],
    shortestShape: options.shapes ? 2 + tokensOfPoint : 3 + tokensOfPoint,
    shortestFilled: options.shapes ? 2 + tokensOfPoint : 5 + tokensOfPoint,
    visibleExtent: Math.ceil(options.grid / 48),
    visibleWidth: Math.ceil(options.grid / 24),
    allowEmpty,
  };
}

/**
 * Digits that are still needed to write an integer within bounds, when those of `value` stand.
 * Infinity when no further digits lead there.
 */
export function digitsToReach(value: number, low: number, high: number): number {
  if (low > high) return Number.POSITIVE_INFINITY;
  let unit = radix;
  for (let digits = 1; digits <= 5; digits++) {
    if (value * unit > high) return Number.POSITIVE_INFINITY;
    if (value * unit + unit - 1 >= low) return digits;
    unit *= radix;
  }
  return Number.POSITIVE_INFINITY;
}
