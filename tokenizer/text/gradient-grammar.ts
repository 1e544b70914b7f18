/** The grammar of the gradients that a document defines. */
import {
  anyOf,
  choice,
  type Expression,
  literal,
  optional,
  repeat,
  sequence,
  words,
} from "../bytes/index.ts";
import { type GrammarAtoms, gradients } from "./grammar-atoms.ts";
import { argument } from "./path-grammar.ts";

const endless = Number.POSITIVE_INFINITY;
const mostStops = 8;

export class GradientGrammar {
  readonly #atoms: GrammarAtoms;

  constructor(atoms: GrammarAtoms) {
    this.#atoms = atoms;
  }

  /** The first gradient has the id `a`, so that a reference to it is one to something. */
  definitions(): Expression {
    if (this.#atoms.options.gradients !== "keep") return choice();
    const id = sequence(
      anyOf("abcdefghijklmnopqrstuvwxyz"),
      optional(anyOf("abcdefghijklmnopqrstuvwxyz")),
    );
    return sequence(this.#gradient(literal("a")), repeat(0, endless, this.#gradient(id)));
  }

  #gradient(id: Expression): Expression {
    const { grid } = this.#atoms.options;
    const place = this.#atoms.coordinate.first;
    const attributes = (values: Readonly<Record<string, Expression>>) =>
      sequence(
        ...Object.entries(values).map(([name, value]) => this.#atoms.attribute(name, value)),
      );
    const spread = optional(this.#atoms.attribute("spreadMethod", words("reflect", "repeat")));
    const stop = sequence(
      literal("<stop"),
      optional(this.#atoms.attribute("offset", this.#atoms.share(1, 100))),
      optional(
        this.#atoms.attribute("stop-color", choice(this.#atoms.color(), literal("currentColor"))),
      ),
      optional(this.#atoms.attribute("stop-opacity", this.#atoms.share(10, 99))),
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
    const circle = sequence(
      attributes({ cx: place, cy: place, r: this.#atoms.size() }),
      focus(place),
    );
    const ellipse = sequence(
      attributes({ cx: literal("0"), cy: literal("0"), r: literal("1") }),
      focus(share),
      this.#atoms.attribute("gradientTransform", matrix),
    );
    const open = (name: string, geometry: Expression) =>
      sequence(
        literal(`<${name}`),
        this.#atoms.attribute("id", id),
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
}
