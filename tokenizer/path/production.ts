/**
 * What the grammar's table is made of: a production is a token, the slots that it opens, the range of its
 * integers, and what it does to the drawing.
 */
import type { PathCommand, Shape } from "../../svg/index.ts";
import type { TokenClass } from "./layout.ts";
import type { Pen } from "./pen.ts";

/** What stands in one place after a production's token. */
export interface Slot {
  readonly name: keyof typeof slots;
  /** The class whose tokens fill it at once, and the class of steps from the last point. */
  readonly holder: TokenClass | null;
  readonly step: TokenClass | null;
  /** Whether it takes digits: at once, or behind a sign, of which a length has a plus alone. */
  readonly digits: "none" | "at once" | "behind a sign" | "behind a plus";
}

const slot = <Name extends string>(
  name: Name,
  digits: Slot["digits"],
  holder: TokenClass | null = null,
  step: TokenClass | null = null,
) => ({ name, digits, holder, step });

export const slots = {
  /** Absolute coordinates, and those that may be steps from the last point. */
  x: slot("x", "behind a sign", "x"),
  y: slot("y", "behind a sign", "y"),
  toX: slot("toX", "behind a sign", "x", "dx"),
  toY: slot("toY", "behind a sign", "y", "dy"),
  /** Both in one token. */
  point: slot("point", "behind a sign", "point"),
  length: slot("length", "behind a plus", "length"),
  integer: slot("integer", "at once"),
  signed: slot("signed", "behind a sign"),
  /** The number of lengths that follow, and one of them. */
  count: slot("count", "at once"),
  dash: slot("dash", "at once"),
  spread: slot("spread", "none", "spread"),
  shade: slot("shade", "none", "shade"),
  green: slot("green", "none", "green"),
  blue: slot("blue", "none", "blue"),
};

/** Where productions stand. */
export type Section =
  | "opening"
  | "size"
  | "fade"
  | "body"
  | "paint"
  | "property"
  | "shape"
  | "command"
  | "point"
  | "stop"
  | "stopOpacity";

export interface Production {
  /** A token of this class begins it; points of polylines have none, and `point` stands here. */
  readonly token: TokenClass;
  /** The first id of the class, and how many there are: none where the options leave it out. */
  readonly first: number;
  readonly count: number;
  readonly section: Section;
  readonly slots: readonly Slot[];
  /** Properties stand before an element in the order of these, each at most once; else 0. */
  readonly rank: number;
  /** Bounds of its integers in canonical drawings, and the largest that decoding takes. */
  readonly range: readonly [low: number, high: number, most: number];
  readonly effect: Effect;
}

/** What a production does once its slots are filled; `variant` counts from the first token of its class. */
export type Effect = (on: Drafting, values: Values, variant: number) => void;

/** As many as the slots hold: not all of them are there. */
export type Values = readonly [
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
];

export type OutlineKind = "path" | "polyline" | "polygon";
type Without<T> = T extends Shape ? Omit<T, keyof Pen | "fill" | "fillRule" | "stroke"> : never;
/** A shape without its appearance, for those that are drawn at once. */
export type Geometry = Without<Exclude<Shape, { kind: OutlineKind }>>;

/** A drawing on the way, as productions change it. */
export interface Drafting {
  readonly pen: Pen;
  /** The last point. */
  readonly x: number;
  readonly y: number;
  begin(): void;
  size(width: number, height: number): void;
  group(): void;
  /** @param opacity of the open group, percent. */
  fade(opacity: number): void;
  endGroup(): void;
  end(): void;
  /** The next paint is the stroke's. */
  strokePaint(): void;
  paint(token: PaintToken, values: Values, variant: number): void;
  stop(offset: number): void;
  stopOpacity(percent: number): void;
  shape(geometry: Geometry): void;
  outline(kind: OutlineKind): void;
  command(command: PathCommand): void;
  point(): void;
}

export type PaintToken =
  | "none"
  | "currentColor"
  | "color"
  | "red"
  | "linearGradient"
  | "radialGradient"
  | "focalGradient";
