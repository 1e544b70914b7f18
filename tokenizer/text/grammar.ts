/**
 * The grammar of what `printDrawing` writes, for drawings worth rendering: no side of the canvas is
 * below half of the other, points lie no further than half the grid off it or two grids from the
 * last one, numbers are in sensible ranges, every element is painted, and some element begins on
 * the canvas and has an extent. Drawings beyond that are encoded and decoded all the same, but not
 * sampled.
 */
import {
  choice,
  type Expression,
  integer,
  literal,
  nothing,
  optional,
  repeat,
  sequence,
  shown,
} from "../bytes/index.ts";
import { GradientGrammar } from "./gradient-grammar.ts";
import { filled, GrammarAtoms, ownStroke, square, stroked } from "./grammar-atoms.ts";
import { LookGrammar } from "./look-grammar.ts";
import type { TextOptions } from "./options.ts";
import { type Argument, argument, PathGrammar } from "./path-grammar.ts";

const endless = Number.POSITIVE_INFINITY;
/** The canvas is at most so many times as long as wide, or as wide as long. */
const longestRatio = 2;

/** Of an SVG document, without what a representation writes around it. */
export function svgGrammar(options: TextOptions): Expression {
  return new GrammarWriter(new GrammarAtoms(options)).document();
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
  readonly #atoms: GrammarAtoms;
  readonly #looks: LookGrammar;
  readonly #gradients: GradientGrammar;
  readonly #path: PathGrammar;
  /** Of the canvas. */
  readonly #shortest: number;

  constructor(atoms: GrammarAtoms) {
    this.#atoms = atoms;
    this.#looks = new LookGrammar(atoms);
    this.#gradients = new GradientGrammar(atoms);
    this.#path = new PathGrammar(atoms.options);
    this.#shortest = Math.ceil(atoms.options.grid / longestRatio);
  }

  document(): Expression {
    const { grid } = this.#atoms.options;
    const shorter = integer(this.#shortest, grid - 1);
    const full = literal(String(grid));
    const size = choice(
      sequence(full, literal(" "), full, this.#atoms.quote({ says: square })),
      sequence(
        choice(sequence(shorter, literal(" "), full), sequence(full, literal(" "), shorter)),
        this.#atoms.quote(),
      ),
    );
    const start = sequence(
      literal("<svg", { says: filled }),
      literal(' xmlns="http://www.w3.org/2000/svg" viewBox="0 0 '),
      size,
    );
    const plain = sequence(
      this.#looks.rootLook(this.#atoms.color()),
      literal(">"),
      optional(this.#gradients.definitions()),
    );
    const inherited = sequence(
      this.#looks.rootLook(choice(this.#atoms.color(), this.#atoms.reference("none"))),
      literal(">"),
      this.#gradients.definitions(),
    );
    const root = this.#atoms.options.gradients === "keep" ? choice(plain, inherited) : plain;
    return sequence(start, root, this.#body(), literal("</svg>"));
  }

  #body(): Expression {
    const element = this.#element();
    if (this.#atoms.options.groups === "flatten") return repeat(1, endless, element);
    const enter = sequence(
      literal("<g", "enter"),
      this.#looks.opacity(),
      this.#looks.groupLook(),
      literal(">"),
    );
    const leave = literal("</g>", "leave");
    return repeat(1, endless, repeat(0, endless, enter), element, repeat(0, endless, leave));
  }

  #element(): Expression {
    const { grid } = this.#atoms.options;
    const least = this.#shortest;
    const anywhere = this.#atoms.coordinate;
    const half = (side: number) => integer(1, Math.max(1, Math.floor(side / 2)));
    return choice(
      this.#lines(anywhere, []),
      this.#rounds(anywhere, this.#atoms.size(), nothing),
      this.#rects(anywhere, this.#atoms.size(), anywhere, nothing),
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
    if (this.#atoms.options.shapes === "paths") return path;
    const ends = [
      ...places(["x1", "y1"], near.first),
      ...places(["x2", "y2"], this.#atoms.coordinate.first),
    ];
    const line = this.#atoms.options.strokes === "keep" ? [this.#tag("line", ends, shows)] : [];
    return choice(path, ...line, this.#polygon(near, 2, shows));
  }

  /** Paths and polygons that surround an area, of which a part is on the canvas. */
  #areas(near: Argument, requires: number): Expression {
    const data = { name: "d", value: this.#path.area(near) };
    const path = this.#tag("path", [data], shown(requires));
    if (this.#atoms.options.shapes === "paths") return path;
    return choice(path, this.#polygon(near, 3, shown(requires)));
  }

  #rounds(near: Argument, radius: Expression, shows: Expression): Expression {
    if (this.#atoms.options.shapes === "paths") return choice();
    const center = places(["cx", "cy"], near.first);
    const radii = sizes(["rx", "ry"], radius);
    return choice(
      this.#tag("circle", [...center, ...sizes(["r"], radius)], shows),
      this.#tag("ellipse", [...center, ...radii], shows),
    );
  }

  /** @param round a coordinate of rects with round corners, of such radii. */
  #rects(near: Argument, radius: Expression, round: Argument, shows: Expression): Expression {
    if (this.#atoms.options.shapes === "paths") return choice();
    const sides = sizes(["width", "height"], this.#atoms.size());
    const radii = [...sizes(["rx"], radius), ...places(["ry"], radius)];
    return choice(
      this.#tag("rect", [...places(["x", "y"], near.first), ...sides], shows),
      this.#tag("rect", [...places(["x", "y"], round.first), ...sides, ...radii], shows),
    );
  }

  #polygon(near: Argument, points: number, shows: Expression): Expression {
    const { next } = this.#atoms.coordinate;
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
        this.#looks.opacity(),
        this.#looks.look(name === "line", first.charAt(0)),
        literal(`${first.slice(1)}="`),
      );
      parts.push(sequence(begin, value, this.#atoms.quote(), ...rest, shows, end));
      if (geometry[i]!.optional !== true) break;
    }
    return choice(...parts);
  }

  #geometric({ name, value, optional: mayLack }: Attribute): Expression {
    const attribute = this.#atoms.attribute(name, value);
    return mayLack ? optional(attribute) : attribute;
  }
}
