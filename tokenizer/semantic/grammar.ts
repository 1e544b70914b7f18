/**
 * The grammar of what `write.ts` writes, for drawings worth rendering: no side of the canvas is below
 * half of the other, points lie no further than half the grid off it, numbers are in sensible
 * ranges, and some element begins on the canvas, has an extent and is painted. Drawings beyond that
 * are encoded and decoded all the same, but not sampled.
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
import { GrammarAtoms, type Values } from "./grammar-atoms.ts";
import type { SemanticOptions } from "./options.ts";
import { PaintGrammar } from "./paint-grammar.ts";
import { PathGrammar } from "./path-grammar.ts";
import type { SemanticName } from "./tokens.ts";

const endless = Number.POSITIVE_INFINITY;
/** The canvas is at most so many times as long as wide, or as wide as long. */
const longestRatio = 2;
/** The fact that the canvas is square. */
const square = 1;

/**
 * @param symbolOf the symbol of each semantic token.
 * @param spaced whether the base tokenizer writes a space behind added tokens.
 */
export function semanticGrammar(
  options: SemanticOptions,
  symbolOf: (name: SemanticName) => number,
  spaced: boolean,
): Expression {
  return new GrammarWriter(new GrammarAtoms(options, symbolOf, spaced)).drawing();
}

class GrammarWriter {
  readonly #atoms: GrammarAtoms;
  readonly #paths: PathGrammar;
  readonly #paints: PaintGrammar;
  /** Of the canvas, in units that are written. */
  readonly #shortest: number;

  constructor(atoms: GrammarAtoms) {
    this.#atoms = atoms;
    this.#paths = new PathGrammar(atoms);
    this.#paints = new PaintGrammar(atoms);
    this.#shortest = Math.ceil(atoms.options.grid / longestRatio);
  }

  drawing(): Expression {
    const shorter = integer(this.#shortest, this.#atoms.options.grid - 1);
    const oblong = choice(
      this.#atoms.item("width", shorter, { denies: square }),
      this.#atoms.item("height", shorter, { denies: square }),
    );
    const end = this.#atoms.token("END_OF_SVG", "end");
    const start = this.#atoms.token("START_OF_SVG", { says: square });
    return sequence(start, optional(oblong), this.#body(), end);
  }

  #body(): Expression {
    const element = this.#element();
    if (this.#atoms.options.groups === "flatten") return repeat(1, endless, element);
    const enter = sequence(this.#atoms.token("start_of_g", "enter"), this.#paints.opacity());
    const leave = this.#atoms.token("end_of_g", "leave");
    return repeat(1, endless, repeat(0, endless, enter), element, repeat(0, endless, leave));
  }

  /** A shape that is filled, or stroked; some of them surely show. */
  #element(): Expression {
    const place = this.#atoms.coordinate();
    const shape = choice(
      ...this.#shapes(),
      ...this.#lines(place),
      this.#paths.path(place, this.#paths.commands()),
    );
    const looks = sequence(this.#paints.fill(), this.#paints.opacity());
    const stroked = sequence(
      this.#paints.under(),
      this.#paints.stroke(true),
      this.#paints.opacity(),
    );
    return choice(
      sequence(shape, this.#atoms.options.strokes === "drop" ? looks : choice(looks, stroked)),
      this.#showing(this.#atoms.options.grid, square),
      this.#showing(this.#shortest, 0),
    );
  }

  /** Elements that show on a canvas of at least this width and height. */
  #showing(side: number, requires: number): Expression {
    const begin = this.#atoms.begin(side);
    const area = choice(...this.#areas(side), this.#paths.path(begin, this.#paths.outline()));
    const filled = sequence(
      area,
      this.#paints.fill("even"),
      this.#paints.opacity(),
      shown(requires),
    );
    if (this.#atoms.options.strokes === "drop") return filled;
    const line = choice(
      ...this.#rings(side),
      ...this.#lines(this.#atoms.below(side)),
      this.#paths.path(begin, this.#paths.commands()),
    );
    // An offset could begin a short line in a gap.
    const stroked = sequence(
      line,
      this.#paints.under(),
      this.#paints.stroke(false),
      this.#paints.opacity(),
    );
    return choice(filled, sequence(stroked, shown(requires)));
  }

  /** Circles, ellipses and rects anywhere on the grid. */
  #shapes(): Expression[] {
    const place = this.#atoms.coordinate();
    const size = this.#atoms.size();
    return [
      this.#round({ cx: place, cy: place }, size),
      this.#rect({ x: place, y: place }, optional(this.#radii(size))),
    ].filter(() => this.#atoms.options.shapes === "keep");
  }

  /** Those of which a part of the area lies on a canvas with such a side. */
  #areas(side: number): Expression[] {
    const inner = this.#atoms.below(side);
    const half = this.#atoms.below(Math.floor(side / 2));
    const small = this.#atoms.ranging(1, Math.max(1, Math.floor(side / 2)));
    return [
      this.#round({ cx: inner, cy: inner }, this.#atoms.size()),
      this.#rect({ x: inner, y: inner }, nothing),
      this.#rect({ x: half, y: half }, this.#radii(small)),
      this.#polygon(inner, 3),
    ].filter(() => this.#atoms.options.shapes === "keep");
  }

  /** Those of which a part of the outline does. */
  #rings(side: number): Expression[] {
    const inner = this.#atoms.below(side);
    const half = this.#atoms.below(Math.floor(side / 2));
    const small = this.#atoms.ranging(1, Math.max(1, Math.floor(side / 2)));
    return [
      this.#round({ cx: inner, cy: inner }, small),
      this.#rect({ x: inner, y: inner }, nothing),
      this.#rect({ x: half, y: half }, this.#radii(small)),
    ].filter(() => this.#atoms.options.shapes === "keep");
  }

  /** Lines, polylines and polygons. @param near a coordinate of the first point. */
  #lines(near: Expression): Expression[] {
    const place = this.#atoms.coordinate();
    return [
      sequence(
        this.#atoms.token("svg_line"),
        this.#atoms.items({ x1: near, y1: near, x2: place, y2: place }),
      ),
      this.#polygon(near, 2),
    ].filter(() => this.#atoms.options.shapes === "keep");
  }

  #polygon(near: Expression, points: number): Expression {
    const more = repeat(
      points - 1,
      endless,
      literal(" "),
      this.#atoms.point(this.#atoms.coordinate()),
    );
    return sequence(
      choice(this.#atoms.token("svg_polyline"), this.#atoms.token("svg_polygon")),
      this.#atoms.item("points", sequence(this.#atoms.point(near), more)),
    );
  }

  #round(center: Values, size: Expression): Expression {
    const middle = this.#atoms.items(center);
    return choice(
      sequence(this.#atoms.token("svg_circle"), middle, this.#atoms.items({ r: size })),
      sequence(this.#atoms.token("svg_ellipse"), middle, this.#radii(size)),
    );
  }

  #rect(corner: Values, radii: Expression): Expression {
    const size = this.#atoms.size();
    const sides = this.#atoms.items({ width: size, height: size });
    return sequence(this.#atoms.token("svg_rect"), this.#atoms.items(corner), sides, radii);
  }

  #radii(size: Expression): Expression {
    return this.#atoms.items({ rx: size, ry: size });
  }
}
