/**
 * The grammar of what `write.ts` writes, for drawings worth rendering: points lie on the grid,
 * numbers are in sensible ranges, and some element has an extent and is painted.
 */
import {
  anyOf,
  choice,
  type Effect,
  type Expression,
  fraction,
  integer,
  literal,
  nothing,
  optional,
  repeat,
  sequence,
  share,
  shown,
  symbol,
  words,
} from "../bytes/index.ts";
import type { SemanticOptions } from "./options.ts";
import type { SemanticName } from "./tokens.ts";

const endless = Number.POSITIVE_INFINITY;
/** Opacities below, in percent, are not drawn: several of them would leave nothing to see. */
const leastOpacity = 10;
const mostDashes = 8;
const mostStops = 8;
/** The canvas is at most so many times as long as wide, or as wide as long. */
const longestRatio = 2;
/** The fact that the canvas is square. */
const square = 1;
/** Of an arc, in grids; those of flat arcs go far beyond the canvas. */
const largestRadius = 16;

/**
 * @param symbolOf the symbol of each semantic token.
 * @param spaced whether the base tokenizer writes a space behind added tokens.
 */
export function semanticGrammar(
  options: SemanticOptions,
  symbolOf: (name: SemanticName) => number,
  spaced: boolean,
): Expression {
  return new GrammarWriter(options, symbolOf, spaced).drawing();
}

type Values = Partial<Readonly<Record<SemanticName, Expression>>>;

class GrammarWriter {
  readonly #options: SemanticOptions;
  readonly #symbolOf: (name: SemanticName) => number;
  readonly #spaced: boolean;
  /** Of the canvas, in units that are written. */
  readonly #shortest: number;

  constructor(options: SemanticOptions, symbolOf: (name: SemanticName) => number, spaced: boolean) {
    this.#options = options;
    this.#symbolOf = symbolOf;
    this.#spaced = spaced;
    this.#shortest = Math.ceil(options.grid / longestRatio);
  }

  drawing(): Expression {
    const shorter = integer(this.#shortest, this.#options.grid - 1);
    const oblong = choice(
      this.#item("width", shorter, { denies: square }),
      this.#item("height", shorter, { denies: square }),
    );
    const end = symbol(this.#symbolOf("END_OF_SVG"), "end");
    const start = symbol(this.#symbolOf("START_OF_SVG"), { says: square });
    return sequence(start, optional(oblong), this.#body(), end);
  }

  #body(): Expression {
    const element = this.#element();
    if (this.#options.groups === "flatten") return repeat(1, endless, element);
    const enter = sequence(
      symbol(this.#symbolOf("start_of_g"), "enter"),
      optional(this.#item("opacity", share(leastOpacity, 99))),
    );
    const leave = symbol(this.#symbolOf("end_of_g"), "leave");
    return repeat(1, endless, repeat(0, endless, enter), element, repeat(0, endless, leave));
  }

  /** A shape that is filled, or stroked; some of them surely show. */
  #element(): Expression {
    const place = this.#coordinate();
    const shape = choice(
      ...this.#shapes(),
      ...this.#lines(place),
      this.#path(place, this.#commands()),
    );
    const looks = sequence(this.#fill(), this.#opacity());
    const stroked = sequence(this.#under(), this.#stroke(true), this.#opacity());
    return choice(
      sequence(shape, this.#options.strokes === "drop" ? looks : choice(looks, stroked)),
      this.#showing(this.#options.grid, square),
      this.#showing(this.#shortest, 0),
    );
  }

  /** Elements that show on a canvas of at least this width and height. */
  #showing(side: number, requires: number): Expression {
    const begin = this.#begin(side);
    const area = choice(...this.#areas(side), this.#path(begin, this.#outline()));
    const filled = sequence(area, this.#fill("even"), this.#opacity(), shown(requires));
    if (this.#options.strokes === "drop") return filled;
    const line = choice(
      ...this.#rings(side),
      ...this.#lines(this.#below(side)),
      this.#path(begin, this.#commands()),
    );
    // An offset could begin a short line in a gap.
    const stroked = sequence(line, this.#under(), this.#stroke(false), this.#opacity());
    return choice(filled, sequence(stroked, shown(requires)));
  }

  /** What is under a stroke. */
  #under(): Expression {
    return choice(this.#item("fill", literal("none")), this.#fill());
  }

  #opacity(): Expression {
    return optional(this.#item("opacity", share(leastOpacity, 99)));
  }

  /** Circles, ellipses and rects anywhere on the grid. */
  #shapes(): Expression[] {
    const place = this.#coordinate();
    const size = this.#size();
    return [
      this.#round({ cx: place, cy: place }, size),
      this.#rect({ x: place, y: place }, optional(this.#radii(size))),
    ].filter(() => this.#options.shapes === "keep");
  }

  /** Those of which a part of the area lies on a canvas with such a side. */
  #areas(side: number): Expression[] {
    const inner = this.#below(side);
    const half = this.#below(Math.floor(side / 2));
    const small = this.#ranging(1, Math.max(1, Math.floor(side / 2)));
    return [
      this.#round({ cx: inner, cy: inner }, this.#size()),
      this.#rect({ x: inner, y: inner }, nothing),
      this.#rect({ x: half, y: half }, this.#radii(small)),
      this.#polygon(inner, 3),
    ].filter(() => this.#options.shapes === "keep");
  }

  /** Those of which a part of the outline does. */
  #rings(side: number): Expression[] {
    const inner = this.#below(side);
    const half = this.#below(Math.floor(side / 2));
    const small = this.#ranging(1, Math.max(1, Math.floor(side / 2)));
    return [
      this.#round({ cx: inner, cy: inner }, small),
      this.#rect({ x: inner, y: inner }, nothing),
      this.#rect({ x: half, y: half }, this.#radii(small)),
    ].filter(() => this.#options.shapes === "keep");
  }

  /** Lines, polylines and polygons. @param near a coordinate of the first point. */
  #lines(near: Expression): Expression[] {
    const place = this.#coordinate();
    return [
      sequence(this.#token("svg_line"), this.#items({ x1: near, y1: near, x2: place, y2: place })),
      this.#polygon(near, 2),
    ].filter(() => this.#options.shapes === "keep");
  }

  #polygon(near: Expression, points: number): Expression {
    const more = repeat(points - 1, endless, literal(" "), this.#point(this.#coordinate()));
    return sequence(
      choice(this.#token("svg_polyline"), this.#token("svg_polygon")),
      this.#item("points", sequence(this.#point(near), more)),
    );
  }

  #round(center: Values, size: Expression): Expression {
    const middle = this.#items(center);
    return choice(
      sequence(this.#token("svg_circle"), middle, this.#items({ r: size })),
      sequence(this.#token("svg_ellipse"), middle, this.#radii(size)),
    );
  }

  #rect(corner: Values, radii: Expression): Expression {
    const size = this.#size();
    const sides = this.#items({ width: size, height: size });
    return sequence(this.#token("svg_rect"), this.#items(corner), sides, radii);
  }

  #radii(size: Expression): Expression {
    return this.#items({ rx: size, ry: size });
  }

  #items(values: Values): Expression {
    return sequence(
      ...Object.entries(values).map(([name, value]) => this.#item(name as SemanticName, value)),
    );
  }

  #path(near: Expression, rest: Expression): Expression {
    const move = this.#item("moveto", this.#point(near));
    return sequence(this.#token("svg_path"), this.#token("path_d"), move, rest);
  }

  /** Commands of which the first draws. */
  #commands(): Expression {
    const { step, length } = this.#argument();
    const draw = choice(
      this.#item("lineto", step),
      this.#item("horizontal_lineto", length),
      this.#item("vertical_lineto", length),
      this.#curve(),
    );
    return sequence(draw, this.#moreCommands(draw));
  }

  #moreCommands(draw: Expression): Expression {
    const close = optional(this.#token("close_the_path"));
    const move = optional(this.#item("moveto", this.#argument().step));
    return sequence(close, repeat(0, endless, sequence(move, draw, close)));
  }

  /** Commands that surround an area: among them a curve, or sides in two directions. */
  #outline(): Expression {
    const { step, length } = this.#argument();
    const horizontal = this.#item("horizontal_lineto", length);
    const vertical = this.#item("vertical_lineto", length);
    const slanted = this.#item("lineto", step);
    const draw = choice(horizontal, vertical, slanted, this.#curve());
    const bent = choice(this.#bend(), this.#arc(literal("1")));
    const arc = this.#arc(anyOf("01"));
    const begun = choice(
      bent,
      sequence(choice(arc, slanted), draw),
      sequence(repeat(1, endless, horizontal), choice(vertical, slanted, arc, bent)),
      sequence(repeat(1, endless, vertical), choice(horizontal, slanted, arc, bent)),
    );
    return sequence(begun, this.#moreCommands(draw));
  }

  #curve(): Expression {
    const straight = this.#item("smooth_quadratic_bezier_curveto", this.#argument().step);
    return choice(this.#bend(), this.#arc(anyOf("01")), straight);
  }

  /** Curves that are none of the straight lines that others may be. */
  #bend(): Expression {
    const { step } = this.#argument();
    const steps = (count: number) =>
      sequence(step, repeat(count - 1, count - 1, literal(" "), step));
    return choice(
      this.#item("curveto", steps(3)),
      this.#item("smooth_curveto", steps(2)),
      this.#item("quadratic_bezier_curve", steps(2)),
    );
  }

  #arc(large: Expression): Expression {
    const radius = this.#size(largestRadius);
    const parts = [radius, radius, integer(0, 179), large, anyOf("01"), this.#argument().step];
    const spaced = parts.flatMap((part, i) => (i === 0 ? [part] : [literal(" "), part]));
    return this.#item("elliptical_Arc", sequence(...spaced));
  }

  /** Where a command leads: two numbers, and one. */
  #argument(): { readonly step: Expression; readonly length: Expression } {
    const absolute = this.#options.positions === "absolute";
    const { grid } = this.#options;
    const length = absolute ? this.#coordinate() : this.#span(-2 * grid, 2 * grid);
    return { length, step: sequence(length, literal(" "), length) };
  }

  /** @param kind `even`: no gradient that may leave its surroundings unpainted. */
  #fill(kind: "any" | "even" = "any"): Expression {
    const rest = sequence(
      optional(literal(" evenodd")),
      optional(literal(" opacity "), share(leastOpacity, 99)),
    );
    return optional(this.#paint("fill", rest, kind));
  }

  #stroke(mayOffset: boolean): Expression {
    const dash = sequence(literal(" "), this.#width());
    const rest = sequence(
      optional(literal(" opacity "), share(leastOpacity, 99)),
      choice(
        sequence(literal(" linejoin "), words("round", "bevel")),
        optional(literal(" miterlimit "), integer(1, 100)),
      ),
      optional(
        literal(" dasharray"),
        repeat(1, mostDashes, dash),
        mayOffset ? optional(literal(" dashoffset"), dash) : nothing,
      ),
    );
    return sequence(
      this.#paint("stroke", rest),
      this.#item("stroke-width", this.#width()),
      optional(this.#item("stroke-linecap", words("round", "square"))),
    );
  }

  #paint(name: "fill" | "stroke", rest: Expression, kind: "any" | "even" = "any"): Expression {
    const plain = this.#item(name, sequence(this.#color(), rest));
    if (this.#options.gradients === "first-stop") return plain;
    const gradient = this.#item(name, sequence(literal("gradient"), rest));
    return choice(plain, sequence(gradient, this.#gradient(kind)));
  }

  #gradient(kind: "any" | "even"): Expression {
    const place = this.#coordinate();
    const spread = optional(literal(" spread "), words("reflect", "repeat"));
    const stop = sequence(
      this.#token("svg_stop"),
      this.#item(
        "offset",
        sequence(
          share(0, 100),
          literal(" "),
          this.#color(),
          optional(literal(" opacity "), share(leastOpacity, 99)),
        ),
      ),
    );
    const linear = sequence(
      this.#token("svg_linearGradient"),
      this.#item("x1", place),
      this.#item("y1", place),
      this.#item("x2", place),
      this.#item("y2", sequence(place, spread)),
    );
    const circle = (more: Expression) => this.#item("r", sequence(this.#size(), more));
    const axes = sequence(place, ...[1, 2, 3].flatMap(() => [literal(" "), place]));
    const ellipse = (more: Expression) => this.#item("gradientTransform", sequence(axes, more));
    const focus = sequence(this.#item("fx", place), this.#item("fy", sequence(place, spread)));
    const extents =
      kind === "even"
        ? [circle(spread)]
        : [
            circle(spread),
            ellipse(spread),
            sequence(choice(circle(nothing), ellipse(nothing)), focus),
          ];
    const radial = sequence(
      this.#token("svg_radialGradient"),
      this.#items({ cx: place, cy: place }),
      choice(...extents),
    );
    return sequence(choice(linear, radial), repeat(2, mostStops, stop));
  }

  #color(): Expression {
    const digit = anyOf("0123456789abcdef");
    const short = sequence(literal("#"), repeat(3, 3, digit));
    const long = this.#options.colorBits === 8 ? [repeat(3, 3, digit)] : [];
    return choice(literal("currentColor"), sequence(short, ...long.map((part) => optional(part))));
  }

  #point(coordinate: Expression): Expression {
    return sequence(coordinate, literal(" "), coordinate);
  }

  /** On any canvas with such a side: from 0 to this, less 1. */
  #below(side: number): Expression {
    return this.#ranging(0, side - 1);
  }

  /** Where a path begins that shows: by relative commands it may leave the canvas at once. */
  #begin(side: number): Expression {
    if (this.#options.positions === "absolute") return this.#ranging(0, side);
    return this.#ranging(Math.ceil(side / 16), Math.floor((side * 15) / 16));
  }

  /** On the canvas or around it, where the ends of curves and what overlaps it may lie. */
  #coordinate(): Expression {
    const { grid } = this.#options;
    return this.#span(-Math.floor(grid / 2), Math.floor(1.5 * grid));
  }

  #span(low: number, high: number): Expression {
    const { precision } = this.#options;
    const minus = literal("-");
    const below = sequence(minus, this.#ranging(1, -low));
    const tiny = precision === 0 ? [] : [sequence(minus, literal("0"), fraction(precision))];
    return choice(this.#ranging(0, high), below, ...tiny);
  }

  #ranging(low: number, high: number): Expression {
    const { precision } = this.#options;
    if (precision === 0 || low === high) return integer(low, high);
    const within = sequence(integer(low, high - 1), optional(fraction(precision)));
    return choice(within, integer(high, high));
  }

  /** Not below 1, up to so many grids. */
  #size(grids = 2): Expression {
    return this.#ranging(1, grids * this.#options.grid);
  }

  /** Of a stroke or dash, in quarters of the smallest step. */
  #width(): Expression {
    const { grid, precision } = this.#options;
    const quarters = sequence(
      literal("."),
      repeat(precision, precision, anyOf("0123456789")),
      words("25", "5", "75"),
    );
    const steps = precision === 0 ? [] : [fraction(precision)];
    const part = choice(quarters, ...steps);
    return choice(
      sequence(integer(1, Math.ceil(grid / 4)), optional(part)),
      sequence(literal("0"), part),
    );
  }

  #token(name: SemanticName): Expression {
    return symbol(this.#symbolOf(name));
  }

  #item(name: SemanticName, value: Expression, effect: Effect = "none"): Expression {
    const blank = this.#spaced ? optional(literal(" ")) : nothing;
    return sequence(symbol(this.#symbolOf(name), effect), blank, value);
  }
}
