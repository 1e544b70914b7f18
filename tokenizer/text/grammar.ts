/**
 * The grammar of what `printDrawing` writes, for drawings worth rendering: points lie on the canvas
 * or a step away, numbers are in sensible ranges, every element is painted, and some element
 * surely shows.
 */
import {
  anyOf,
  choice,
  type Effect,
  type Expression,
  integer,
  literal,
  nothing,
  optional,
  repeat,
  sequence,
  shown,
  words,
} from "../bytes/index.ts";
import type { TextOptions } from "./options.ts";
import { type Argument, argument, PathGrammar } from "./path-grammar.ts";

const endless = Number.POSITIVE_INFINITY;
const mostDashes = 8;
const mostStops = 8;
/** The canvas is at most so many times as long as wide, or as wide as long. */
const longestRatio = 2;

/**
 * Facts: the canvas is square; the root is filled, and stroked; gradients are defined; the open
 * element has a stroke of its own.
 */
const square = 1;
const filled = 2;
const stroked = 4;
const gradients = 8;
const ownStroke = 16;

const shortNames =
  "red tan gold gray pink plum teal navy peru snow azure beige brown coral green ivory khaki linen maroon olive orange orchid purple salmon sienna silver tomato violet wheat bisque indigo".split(
    " ",
  );

/** Of an SVG document, without what a representation writes around it. */
export function svgGrammar(options: TextOptions): Expression {
  return new GrammarWriter(options).document();
}

interface Attribute {
  readonly name: string;
  readonly value: Expression;
  readonly optional?: boolean;
}

/** Lengths that are 0 where they are not written. */
function places(names: readonly string[], value: Expression): Attribute[] {
  return names.map((name) => ({ name, value, optional: true }));
}

function sizes(names: readonly string[], value: Expression): Attribute[] {
  return names.map((name) => ({ name, value }));
}

class GrammarWriter {
  readonly #options: TextOptions;
  readonly #path: PathGrammar;
  /** On the canvas or around it, where what overlaps it may lie. */
  readonly #coordinate: Argument;
  /** Of the canvas. */
  readonly #shortest: number;

  constructor(options: TextOptions) {
    this.#options = options;
    this.#path = new PathGrammar(options);
    this.#coordinate = argument(-Math.floor(options.grid / 2), Math.floor(1.5 * options.grid));
    this.#shortest = Math.ceil(options.grid / longestRatio);
  }

  document(): Expression {
    const { grid } = this.#options;
    const shorter = integer(this.#shortest, grid - 1);
    const full = literal(String(grid));
    const size = choice(
      sequence(full, literal(" "), full, this.#quote({ says: square })),
      sequence(
        choice(sequence(shorter, literal(" "), full), sequence(full, literal(" "), shorter)),
        this.#quote(),
      ),
    );
    const start = sequence(
      literal("<svg", { says: filled }),
      literal(' xmlns="http://www.w3.org/2000/svg" viewBox="0 0 '),
      size,
    );
    const plain = sequence(
      this.#rootLook(this.#color()),
      literal(">"),
      optional(this.#definitions()),
    );
    const inherited = sequence(
      this.#rootLook(choice(this.#color(), this.#reference("none"))),
      literal(">"),
      this.#definitions(),
    );
    const root = this.#options.gradients === "keep" ? choice(plain, inherited) : plain;
    return sequence(start, root, this.#body(), literal("</svg>"));
  }

  /** The first gradient has the id `a`, so that a reference to it is one to something. */
  #definitions(): Expression {
    if (this.#options.gradients !== "keep") return choice();
    const id = sequence(
      anyOf("abcdefghijklmnopqrstuvwxyz"),
      optional(anyOf("abcdefghijklmnopqrstuvwxyz")),
    );
    return sequence(this.#gradient(literal("a")), repeat(0, endless, this.#gradient(id)));
  }

  #gradient(id: Expression): Expression {
    const { grid } = this.#options;
    const place = this.#coordinate.first;
    const attributes = (values: Readonly<Record<string, Expression>>) =>
      sequence(...Object.entries(values).map(([name, value]) => this.#attribute(name, value)));
    const spread = optional(this.#attribute("spreadMethod", words("reflect", "repeat")));
    const stop = sequence(
      literal("<stop"),
      optional(this.#attribute("offset", this.#share(1, 100))),
      optional(this.#attribute("stop-color", choice(this.#color(), literal("currentColor")))),
      optional(this.#attribute("stop-opacity", this.#share(10, 99))),
      literal("/>"),
    );
    const { first, next } = argument(-2 * grid, 2 * grid);
    const matrix = sequence(literal("matrix("), first, repeat(5, 5, next), literal(")"));
    const digits = repeat(1, 6, anyOf("0123456789"));
    const share = choice(
      literal("0"),
      sequence(optional(literal("-")), choice(literal("1"), sequence(literal("."), digits))),
    );
    const focus = (value: Expression) => optional(attributes({ fx: value, fy: value }));
    const circle = sequence(attributes({ cx: place, cy: place, r: this.#size() }), focus(place));
    const ellipse = sequence(
      attributes({ cx: literal("0"), cy: literal("0"), r: literal("1") }),
      focus(share),
      this.#attribute("gradientTransform", matrix),
    );
    const open = (name: string, geometry: Expression) =>
      sequence(
        literal(`<${name}`),
        this.#attribute("id", id),
        literal(' gradientUnits="userSpaceOnUse"'),
        geometry,
        spread,
        literal(">"),
        repeat(2, mostStops, stop),
        literal(`</${name}>`, { says: gradients }),
      );
    return choice(
      open("linearGradient", attributes({ x1: place, y1: place, x2: place, y2: place })),
      open("radialGradient", choice(circle, ellipse)),
    );
  }

  #body(): Expression {
    const element = this.#element();
    if (this.#options.groups === "flatten") return repeat(1, endless, element);
    const enter = sequence(
      literal("<g", "enter"),
      this.#opacity(),
      this.#groupLook(),
      literal(">"),
    );
    const leave = literal("</g>", "leave");
    return repeat(1, endless, repeat(0, endless, enter), element, repeat(0, endless, leave));
  }

  #element(): Expression {
    const { grid } = this.#options;
    const least = this.#shortest;
    const anywhere = this.#coordinate;
    const half = (side: number) => integer(1, Math.max(1, Math.floor(side / 2)));
    return choice(
      this.#lines(anywhere, []),
      this.#rounds(anywhere, this.#size(), nothing),
      this.#rects(anywhere, this.#size(), anywhere, nothing),
      ...[
        { side: grid, requires: square },
        { side: least, requires: 0 },
      ].flatMap(({ side, requires }) => [
        this.#lines(argument(0, side), [requires | stroked, requires | ownStroke]),
        this.#areas(argument(0, side), requires),
        this.#rounds(argument(0, side - 1), half(side), shown(requires)),
        this.#rects(
          argument(0, side - 1),
          half(side),
          argument(0, Math.floor(side / 2)),
          shown(requires),
        ),
      ]),
    );
  }

  /**
   * Paths, lines and polygons: they show where they are stroked, by themselves or by the root.
   * @param near a coordinate of the first point.
   * @param conditions sets of facts, with each of which they show.
   */
  #lines(near: Argument, conditions: readonly number[]): Expression {
    const shows = choice(nothing, ...conditions.map((facts) => shown(facts)));
    const path = this.#tag("path", [{ name: "d", value: this.#path.any(near) }], shows);
    if (this.#options.shapes === "paths") return path;
    const ends = [
      ...places(["x1", "y1"], near.first),
      ...places(["x2", "y2"], this.#coordinate.first),
    ];
    const line = this.#options.strokes === "keep" ? [this.#tag("line", ends, shows)] : [];
    return choice(path, ...line, this.#polygon(near, 2, shows));
  }

  /** Paths and polygons that surround an area, of which a part is on the canvas. */
  #areas(near: Argument, requires: number): Expression {
    const data = { name: "d", value: this.#path.area(near) };
    const path = this.#tag("path", [data], shown(requires));
    if (this.#options.shapes === "paths") return path;
    return choice(path, this.#polygon(near, 3, shown(requires)));
  }

  #rounds(near: Argument, radius: Expression, shows: Expression): Expression {
    if (this.#options.shapes === "paths") return choice();
    const center = places(["cx", "cy"], near.first);
    const radii = sizes(["rx", "ry"], radius);
    return choice(
      this.#tag("circle", [...center, ...sizes(["r"], radius)], shows),
      this.#tag("ellipse", [...center, ...radii], shows),
    );
  }

  /** @param round a coordinate of rects with round corners, of such radii. */
  #rects(near: Argument, radius: Expression, round: Argument, shows: Expression): Expression {
    if (this.#options.shapes === "paths") return choice();
    const sides = sizes(["width", "height"], this.#size());
    const radii = [...sizes(["rx"], radius), ...places(["ry"], radius)];
    return choice(
      this.#tag("rect", [...places(["x", "y"], near.first), ...sides], shows),
      this.#tag("rect", [...places(["x", "y"], round.first), ...sides, ...radii], shows),
    );
  }

  #polygon(near: Argument, points: number, shows: Expression): Expression {
    const { next } = this.#coordinate;
    const more = repeat(points - 1, endless, next, next);
    const list = { name: "points", value: sequence(near.first, near.next, more) };
    return choice(this.#tag("polyline", [list], shows), this.#tag("polygon", [list], shows));
  }

  /** An element, by its geometry; one of the attributes stands there at least. */
  #tag(name: string, geometry: readonly Attribute[], shows: Expression): Expression {
    const end = literal("/>", { denies: ownStroke });
    const parts: Expression[] = [];
    for (let i = 0; i < geometry.length; i++) {
      const { name: first, value } = geometry[i]!;
      const rest = geometry.slice(i + 1).map((attribute) => this.#geometric(attribute));
      const begin = sequence(
        literal(`<${name}`),
        this.#opacity(),
        this.#look(name === "line", first.charAt(0)),
        literal(`${first.slice(1)}="`),
      );
      parts.push(sequence(begin, value, this.#quote(), ...rest, shows, end));
      if (geometry[i]!.optional !== true) break;
    }
    return choice(...parts);
  }

  #geometric({ name, value, optional: mayLack }: Attribute): Expression {
    const attribute = this.#attribute(name, value);
    return mayLack ? optional(attribute) : attribute;
  }

  /** The root is filled or stroked, so that elements that say nothing are painted. */
  #rootLook(paint: Expression): Expression {
    const fill = sequence(optional(this.#attribute("fill", paint)), this.#fillDetails());
    if (this.#options.strokes === "drop") return fill;
    const stroke = this.#attribute("stroke", paint, { says: stroked });
    const none = this.#attribute("fill", literal("none"), { denies: filled });
    return sequence(
      choice(sequence(fill, optional(stroke)), sequence(none, stroke)),
      this.#strokeDetails(),
    );
  }

  #groupLook(): Expression {
    const paint = this.#paint();
    const fill = this.#attribute("fill", paint);
    const details = this.#fillDetails();
    if (this.#options.strokes === "drop") return sequence(optional(fill), details);
    const stroke = this.#attribute("stroke", paint);
    const bare = this.#attribute("stroke", literal("none"));
    const unstroked = this.#attribute("stroke", literal("none"), { requires: filled });
    const none = this.#attribute("fill", literal("none"));
    return sequence(
      choice(
        sequence(fill, details, optional(choice(stroke, bare))),
        sequence(details, optional(choice(stroke, unstroked))),
        sequence(none, stroke),
      ),
      this.#strokeDetails(),
    );
  }

  /**
   * Of an element: it is filled or stroked, by itself or as the root is.
   * @param line whether a fill shows nothing of it.
   * @param letter first one of the attribute that follows.
   */
  #look(line: boolean, letter: string): Expression {
    const fill = this.#attribute("fill", this.#paint());
    const follows = literal(` ${letter}`);
    const details = this.#fillDetails();
    if (this.#options.strokes === "drop") return sequence(optional(fill), details, follows);
    const rest = this.#strokeDetails();
    const stroke = this.#attribute("stroke", this.#paint(), { says: ownStroke });
    const none = this.#attribute("fill", literal("none"));
    const followsIfStroked = sequence(literal(" "), literal(letter, { requires: stroked }));
    const stroking = sequence(
      choice(sequence(optional(fill), details), none),
      stroke,
      rest,
      follows,
    );
    if (line) {
      const inherits = sequence(choice(sequence(optional(fill), details), none), rest);
      return choice(stroking, sequence(inherits, followsIfStroked));
    }
    const bare = this.#attribute("stroke", literal("none"));
    const unstroked = this.#attribute("stroke", literal("none"), { requires: filled });
    const filling = choice(
      sequence(fill, details, optional(bare)),
      sequence(details, optional(unstroked)),
    );
    return choice(
      stroking,
      sequence(filling, rest, follows),
      sequence(none, rest, followsIfStroked),
    );
  }

  #fillDetails(): Expression {
    return sequence(
      optional(this.#attribute("fill-rule", words("nonzero", "evenodd"))),
      optional(this.#attribute("fill-opacity", this.#share(10, 100))),
    );
  }

  /** An offset of dashes is left out: it could begin a short line in a gap. */
  #strokeDetails(): Expression {
    if (this.#options.strokes === "drop") return nothing;
    const width = this.#width();
    const dashes = sequence(width, repeat(0, mostDashes - 1, literal(" "), width));
    return sequence(
      optional(this.#attribute("stroke-width", width)),
      optional(this.#attribute("stroke-linecap", words("butt", "round", "square"))),
      optional(this.#attribute("stroke-linejoin", words("miter", "round", "bevel"))),
      optional(this.#attribute("stroke-miterlimit", integer(1, 100))),
      optional(this.#attribute("stroke-dasharray", choice(literal("none"), dashes))),
      optional(this.#attribute("stroke-opacity", this.#share(10, 100))),
    );
  }

  #paint(): Expression {
    if (this.#options.gradients !== "keep") return this.#color();
    return choice(this.#color(), this.#reference({ requires: gradients }));
  }

  #reference(effect: Effect): Expression {
    return sequence(literal("u", effect), literal("rl(#a)"));
  }

  #color(): Expression {
    const digit = anyOf("0123456789abcdef");
    const long = this.#options.colorBits === 8 ? optional(repeat(3, 3, digit)) : nothing;
    const hex = sequence(literal("#"), repeat(3, 3, digit), long);
    return choice(hex, words(...shortNames), literal("currentColor"));
  }

  #opacity(): Expression {
    return optional(this.#attribute("opacity", this.#share(10, 99)));
  }

  /** A percentage as a share of 1 without its leading zero. */
  #share(low: 1 | 10, high: 99 | 100): Expression {
    const digit = anyOf("123456789");
    const parts = [sequence(literal("."), digit, optional(digit))];
    if (low === 1) parts.push(sequence(literal(".0"), digit));
    if (high === 100) parts.push(literal("1"));
    return choice(...parts);
  }

  #width(): Expression {
    const quarters = sequence(literal("."), words("25", "5", "75"));
    const whole = integer(1, Math.ceil(this.#options.grid / 4));
    return choice(sequence(whole, optional(quarters)), quarters);
  }

  #size(): Expression {
    return integer(1, 2 * this.#options.grid);
  }

  #attribute(name: string, value: Expression, effect: Effect = "none"): Expression {
    return sequence(literal(` ${name}="`), value, this.#quote(effect));
  }

  #quote(effect: Effect = "none"): Expression {
    return literal('"', effect);
  }
}
