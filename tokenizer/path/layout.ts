/**
 * The numbering of a path vocabulary: where each class of tokens begins. Captions' tokens come
 * first, then the four special ones, then the drawing's. A class that the options leave out begins
 * at `absent`, which no id equals.
 */
import type { SpecialTokens } from "../core/vocabulary.ts";
import type { PathOptions } from "./options.ts";

/** No id. Negative, so that a range `absent <= id` must not be tested without its class's size. */
export const absent = -1_000_000;

/** Digits of an integer, most significant first; the last one is another token than those before. */
export const radix = 16;
/** Integers below 16^5 can be written. */
export const largestInteger = radix ** 5 - 1;

/** Groups within groups beyond this are refused, so that no input can exhaust the stack. */
export const deepestNesting = 256;

export const arcFlags = ["00", "01", "10", "11"] as const;

export interface PathLayout {
  readonly size: number;
  readonly special: SpecialTokens;
  /** Token texts from id `textSize` on. */
  readonly names: readonly string[];
  readonly textSize: number;
  readonly grid: number;
  readonly relativeRange: number;

  readonly width: number;
  readonly height: number;
  /** Digits that are followed by another one, and digits that end an integer: 16 of each. */
  readonly digit: number;
  readonly lastDigit: number;
  /** Signs of an integer that stands where a coordinate or length token cannot. */
  readonly minus: number;
  readonly plus: number;

  /** x or y + value; separate coordinates. */
  readonly x: number;
  readonly y: number;
  /** + y * grid + x; merged coordinates. */
  readonly point: number;
  /** + step + relativeRange. */
  readonly dx: number;
  readonly dy: number;
  /** Radii, widths and heights: + value, 0 to grid. */
  readonly length: number;

  readonly path: number;
  readonly circle: number;
  readonly ellipse: number;
  readonly rect: number;
  /** A rect with one corner radius, and with two that differ. */
  readonly roundRect: number;
  readonly ovalRect: number;
  readonly line: number;
  readonly polyline: number;
  readonly polygon: number;

  readonly moveto: number;
  readonly lineto: number;
  readonly horizontal: number;
  readonly vertical: number;
  readonly quadratic: number;
  readonly cubic: number;
  readonly close: number;
  /** Arcs, + 2 * largeArc + sweep: one radius; two radii; two radii and a rotation. */
  readonly circularArc: number;
  readonly ellipticArc: number;
  readonly rotatedArc: number;

  /** Paint: of the fill where an appearance may stand, of the stroke after `stroke`. */
  readonly none: number;
  readonly currentColor: number;
  /** + 12-bit colour; with 24 bits in two tokens, the channels' upper nibbles. */
  readonly color: number;
  /** + the channels' lower nibbles. */
  readonly shade: number;
  /** + channel value; 24 bits in three tokens. */
  readonly red: number;
  readonly green: number;
  readonly blue: number;
  readonly linearGradient: number;
  readonly radialGradient: number;
  /** A radial gradient whose focal point is not its centre. */
  readonly focalGradient: number;
  /** + pad, reflect, repeat. */
  readonly spread: number;
  readonly stop: number;
  readonly stopOpacity: number;

  readonly stroke: number;
  readonly strokeWidth: number;
  /** + butt, round, square. */
  readonly cap: number;
  /** + miter, round, bevel. */
  readonly join: number;
  readonly miterLimit: number;
  readonly dashes: number;
  readonly dashOffset: number;
  readonly strokeOpacity: number;
  readonly fillOpacity: number;
  /** + nonzero, evenodd. */
  readonly fillRule: number;
  readonly opacity: number;

  readonly group: number;
  readonly groupOpacity: number;
  readonly endGroup: number;
}

export const caps = ["butt", "round", "square"] as const;
export const joins = ["miter", "round", "bevel"] as const;
export const spreads = ["pad", "reflect", "repeat"] as const;
export const fillRules = ["nonzero", "evenodd"] as const;

/** @param textSize number of the captions' tokens, which have the ids below it. */
export function createLayout(options: PathOptions, textSize: number): PathLayout {
  const names: string[] = [];
  const add = (...added: readonly string[]): number => {
    const first = textSize + names.length;
    for (const name of added) names.push(`<|${name}|>`);
    return first;
  };
  const range = (low: number, high: number, name: (value: number) => string): number => {
    const first = textSize + names.length;
    for (let value = low; value <= high; value++) names.push(`<|${name(value)}|>`);
    return first;
  };
  const when = (wanted: boolean, first: () => number): number => (wanted ? first() : absent);
  const hex = (value: number, digits: number) => value.toString(16).padStart(digits, "0");

  const { grid, relativeRange } = options;
  const separate = options.coordinates === "separate";
  const relative = options.positions === "relative";
  const colors = options.colors;
  const special = { pad: add("pad"), bos: add("bos"), eos: add("eos"), drawing: add("drawing") };

  const layout = {
    special,
    textSize,
    grid,
    relativeRange,
    width: add("width"),
    height: add("height"),
    digit: range(0, radix - 1, (value) => `${hex(value, 1)}..`),
    lastDigit: range(0, radix - 1, (value) => hex(value, 1)),
    minus: add("minus"),
    plus: add("plus"),

    path: add("path"),
    moveto: add("M"),
    lineto: add("L"),
    horizontal: when(separate, () => add("H")),
    vertical: when(separate, () => add("V")),
    quadratic: when(options.quadratics, () => add("Q")),
    cubic: add("C"),
    close: add("Z"),
    circularArc: when(options.arcs, () => add(...arcFlags.map((flags) => `A1:${flags}`))),
    ellipticArc: when(options.arcs, () => add(...arcFlags.map((flags) => `A2:${flags}`))),
    rotatedArc: when(options.arcs, () => add(...arcFlags.map((flags) => `A3:${flags}`))),

    circle: when(options.shapes, () => add("circle")),
    ellipse: when(options.shapes, () => add("ellipse")),
    rect: when(options.shapes, () => add("rect")),
    roundRect: when(options.shapes, () => add("rect:r")),
    ovalRect: when(options.shapes, () => add("rect:rx,ry")),
    line: when(options.shapes, () => add("line")),
    polyline: when(options.shapes, () => add("polyline")),
    polygon: when(options.shapes, () => add("polygon")),

    none: add("none"),
    currentColor: add("currentColor"),
    stroke: when(options.strokes, () => add("stroke")),
    strokeWidth: when(options.strokes, () => add("stroke-width")),
    cap: when(options.strokes, () => add(...caps.map((cap) => `cap:${cap}`))),
    join: when(options.strokes, () => add(...joins.map((join) => `join:${join}`))),
    miterLimit: when(options.strokes, () => add("miter-limit")),
    dashes: when(options.strokes, () => add("dashes")),
    dashOffset: when(options.strokes, () => add("dash-offset")),
    strokeOpacity: when(options.strokes && options.opacity, () => add("stroke-opacity")),
    fillOpacity: when(options.opacity, () => add("fill-opacity")),
    fillRule: add(...fillRules),
    opacity: when(options.opacity, () => add("opacity")),
    linearGradient: when(options.gradients, () => add("linear-gradient")),
    radialGradient: when(options.gradients, () => add("radial-gradient")),
    focalGradient: when(options.gradients, () => add("focal-gradient")),
    spread: when(options.gradients, () => add(...spreads.map((spread) => `spread:${spread}`))),
    stop: when(options.gradients, () => add("stop")),
    stopOpacity: when(options.gradients, () => add("stop-opacity")),
    group: when(options.groups, () => add("group")),
    groupOpacity: when(options.groups && options.opacity, () => add("group-opacity")),
    endGroup: when(options.groups, () => add("/group")),

    length: when(options.shapes || options.arcs, () => range(0, grid, (value) => `r${value}`)),
    x: when(separate, () => range(0, grid, (value) => `x${value}`)),
    y: when(separate, () => range(0, grid, (value) => `y${value}`)),
    dx: when(relative, () => range(-relativeRange, relativeRange, (value) => `dx${value}`)),
    dy: when(relative, () => range(-relativeRange, relativeRange, (value) => `dy${value}`)),
    point: when(!separate, () =>
      range(0, grid * grid - 1, (value) => `${value % grid},${Math.floor(value / grid)}`),
    ),
    color: when(colors === "12-bit" || colors === "24-bit-in-2", () =>
      range(0, 0xfff, (value) => `#${hex(value, 3)}`),
    ),
    shade: when(colors === "24-bit-in-2", () => range(0, 0xfff, (value) => `+${hex(value, 3)}`)),
    red: when(colors === "24-bit-in-3", () => range(0, 255, (value) => `red${value}`)),
    green: when(colors === "24-bit-in-3", () => range(0, 255, (value) => `green${value}`)),
    blue: when(colors === "24-bit-in-3", () => range(0, 255, (value) => `blue${value}`)),
  };
  return { ...layout, names, size: textSize + names.length };
}

/** Whether an id is one of a class, which may be absent. */
export function within(id: number, first: number, size: number): boolean {
  return first >= 0 && id >= first && id < first + size;
}
