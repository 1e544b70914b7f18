/**
 * The numbering of a path vocabulary: classes of tokens, one behind the other. Captions' tokens come
 * first, then the four special ones, then the drawing's. A class that the options leave out is empty.
 */
import type { SpecialTokens } from "../core/vocabulary.ts";
import type { PathOptions } from "./options.ts";

/** Digits of an integer, most significant first; the last one is another token than those before. */
export const radix = 16;
/** Integers below 16^5 can be written. */
export const largestInteger = radix ** 5 - 1;

/** Groups within groups beyond this are refused, so that no input can exhaust the stack. */
export const deepestNesting = 256;

export const caps = ["butt", "round", "square"] as const;
export const joins = ["miter", "round", "bevel"] as const;
export const spreads = ["pad", "reflect", "repeat"] as const;
export const fillRules = ["nonzero", "evenodd"] as const;
/** The flags of an arc: 2 * largeArc + sweep. */
const arcFlags = ["00", "01", "10", "11"] as const;

/** The tokens' names by class, in the order of their numbers. */
export function classesOf(options: PathOptions) {
  const { grid, relativeRange, shapes, arcs, strokes, opacity, gradients, groups, colors } =
    options;
  const separate = options.coordinates === "separate";
  const relative = options.positions === "relative";
  const when = (wanted: boolean, ...names: readonly string[]) => (wanted ? names : []);
  const range = (wanted: boolean, low: number, high: number, name: (value: number) => string) =>
    wanted ? Array.from({ length: high - low + 1 }, (_, i) => name(low + i)) : [];
  const hex = (value: number, digits: number) => value.toString(16).padStart(digits, "0");
  const arc = (radii: string) => when(arcs, ...arcFlags.map((flags) => `${radii}:${flags}`));

  return {
    pad: ["pad"],
    bos: ["bos"],
    eos: ["eos"],
    drawing: ["drawing"],

    width: ["width"],
    height: ["height"],
    /** Digits that are followed by another one, and digits that end an integer. */
    digit: range(true, 0, radix - 1, (value) => `${hex(value, 1)}..`),
    lastDigit: range(true, 0, radix - 1, (value) => hex(value, 1)),
    /** Signs of a number that stands where no coordinate, point or length token holds it. */
    minus: ["minus"],
    plus: ["plus"],

    path: ["path"],
    moveto: ["M"],
    lineto: ["L"],
    horizontal: when(separate, "H"),
    vertical: when(separate, "V"),
    quadratic: when(options.quadratics, "Q"),
    cubic: ["C"],
    close: ["Z"],
    /** One radius; two radii; two radii and a rotation. */
    circularArc: arc("A1"),
    ellipticArc: arc("A2"),
    rotatedArc: arc("A3"),

    circle: when(shapes, "circle"),
    ellipse: when(shapes, "ellipse"),
    rect: when(shapes, "rect"),
    /** A rect with one corner radius, and with two that differ. */
    roundRect: when(shapes, "rect:r"),
    ovalRect: when(shapes, "rect:rx,ry"),
    line: when(shapes, "line"),
    polyline: when(shapes, "polyline"),
    polygon: when(shapes, "polygon"),

    /** Paint: of the fill where an appearance may stand, of the stroke after `stroke`. */
    none: ["none"],
    currentColor: ["currentColor"],
    stroke: when(strokes, "stroke"),
    strokeWidth: when(strokes, "stroke-width"),
    cap: when(strokes, ...caps.map((cap) => `cap:${cap}`)),
    join: when(strokes, ...joins.map((join) => `join:${join}`)),
    miterLimit: when(strokes, "miter-limit"),
    dashes: when(strokes, "dashes"),
    dashOffset: when(strokes, "dash-offset"),
    strokeOpacity: when(strokes && opacity, "stroke-opacity"),
    fillOpacity: when(opacity, "fill-opacity"),
    fillRule: fillRules,
    opacity: when(opacity, "opacity"),
    linearGradient: when(gradients, "linear-gradient"),
    radialGradient: when(gradients, "radial-gradient"),
    /** A radial gradient whose focal point is not its centre. */
    focalGradient: when(gradients, "focal-gradient"),
    spread: when(gradients, ...spreads.map((spread) => `spread:${spread}`)),
    stop: when(gradients, "stop"),
    stopOpacity: when(gradients, "stop-opacity"),
    group: when(groups, "group"),
    groupOpacity: when(groups && opacity, "group-opacity"),
    endGroup: when(groups, "/group"),

    /** Radii, widths and heights: 0 to grid. */
    length: range(shapes || arcs, 0, grid, (value) => `r${value}`),
    x: range(separate, 0, grid, (value) => `x${value}`),
    y: range(separate, 0, grid, (value) => `y${value}`),
    /** Steps: -relativeRange to relativeRange. */
    dx: range(relative, -relativeRange, relativeRange, (value) => `dx${value}`),
    dy: range(relative, -relativeRange, relativeRange, (value) => `dy${value}`),
    /** y * grid + x. */
    point: range(
      !separate,
      0,
      grid * grid - 1,
      (value) => `${value % grid},${Math.floor(value / grid)}`,
    ),
    /** Of 12 bits; with 24 bits in two tokens, the channels' upper nibbles. */
    color: range(colors === "12-bit" || colors === "24-bit-in-2", 0, 0xfff, (v) => `#${hex(v, 3)}`),
    /** The channels' lower nibbles. */
    shade: range(colors === "24-bit-in-2", 0, 0xfff, (value) => `+${hex(value, 3)}`),
    /** 24 bits in three tokens. */
    red: range(colors === "24-bit-in-3", 0, 255, (value) => `red${value}`),
    green: range(colors === "24-bit-in-3", 0, 255, (value) => `green${value}`),
    blue: range(colors === "24-bit-in-3", 0, 255, (value) => `blue${value}`),
  } satisfies Record<string, readonly string[]>;
}

export type TokenClass = keyof ReturnType<typeof classesOf>;

export interface PathLayout {
  readonly options: PathOptions;
  readonly textSize: number;
  readonly size: number;
  readonly special: SpecialTokens;
  /** Token texts from id `textSize` on. */
  readonly names: readonly string[];
  /** The first id of each class; where the class is empty a negative number that leads to no id. */
  readonly first: Readonly<Record<TokenClass, number>>;
  /** Ids of each class. */
  readonly count: Readonly<Record<TokenClass, number>>;
  /** The class of an id; undefined for captions' tokens and what is no id. */
  classOf(id: number): TokenClass | undefined;
  /** Which one of its class an id is, from 0 on. */
  offsetOf(id: number): number;
}

const absent = -1_000_000;

/** @param textSize number of the captions' tokens, which have the ids below it. */
export function createLayout(options: PathOptions, textSize: number): PathLayout {
  const names: string[] = [];
  const classes: TokenClass[] = [];
  const offsets: number[] = [];
  const all = classesOf(options);
  // Copies of a literal are looked up faster than objects that are built key by key.
  const first = { ...all } as unknown as Record<TokenClass, number>;
  const count = { ...all } as unknown as Record<TokenClass, number>;
  for (const name of Object.keys(all) as TokenClass[]) {
    const own = all[name];
    first[name] = own.length === 0 ? absent : textSize + names.length;
    count[name] = own.length;
    own.forEach((token, i) => {
      names.push(`<|${token}|>`);
      classes.push(name);
      offsets.push(i);
    });
  }
  const { pad, bos, eos, drawing } = first;
  return {
    options,
    textSize,
    size: textSize + names.length,
    special: { pad, bos, eos, drawing },
    names,
    first,
    count,
    classOf: (id) => classes[id - textSize],
    offsetOf: (id) => offsets[id - textSize]!,
  };
}

/** The option that a class of tokens depends on, for messages. */
export function optionOf(token: TokenClass): keyof PathOptions {
  if (/arc$/i.test(token)) return "arcs";
  if (/pacity$/.test(token)) return token === "stopOpacity" ? "gradients" : "opacity";
  if (/gradient$/i.test(token) || token === "stop") return "gradients";
  if (/group$/i.test(token)) return "groups";
  if (token === "quadratic") return "quadratics";
  if (token === "color" || token === "red") return "colors";
  return ["circle", "ellipse", "line"].includes(token) || /rect$|^poly/i.test(token)
    ? "shapes"
    : "strokes";
}
