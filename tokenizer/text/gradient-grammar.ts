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
} from "../grammar/bytes/index.ts";
import { type GrammarAtoms, gradients } from "./grammar-atoms.ts";

const endless = Number.POSITIVE_INFINITY;

export class GradientGrammar {
  readonly #atoms: GrammarAtoms;

  constructor(atoms: GrammarAtoms) {
    this.#atoms = atoms;
  }

  definitions(): Expression {
    if (this.#atoms.options.gradients !== "keep") return choice();
    return repeat(1, endless, this.#gradient());
  }

  #gradient(): Expression {
    const place = this.#atoms.coordinate.first;
    const attributes = (values: Readonly<Record<string, Expression>>) =>
      sequence(
        ...Object.entries(values).map(([name, value]) => this.#atoms.attribute(name, value)),
      );
    const spread = optional(this.#atoms.attribute("spreadMethod", words("reflect", "repeat")));
    const stop = sequence(
      literal("<stop"),
      optional(this.#atoms.attribute("offset", this.#atoms.share())),
      optional(
        this.#atoms.attribute("stop-color", choice(this.#atoms.color(), literal("currentColor"))),
      ),
      optional(this.#atoms.attribute("stop-opacity", this.#atoms.share())),
      literal("/>"),
    );
    const { first, next } = this.#atoms.step;
    const matrix = sequence(literal("matrix("), first, repeat(5, 5, next), literal(")"));
    // Where the ellipse is the unit circle; far off it where the ellipse is flat.
    const digits = (least: number, most: number) => repeat(least, most, anyOf("0123456789"));
    const part = sequence(literal("."), digits(1, 6));
    const whole = sequence(anyOf("123456789"), digits(0, 11), optional(part));
    const share = choice(literal("0"), sequence(optional(literal("-")), choice(whole, part)));
    const focus = (value: Expression) => optional(attributes({ fx: value, fy: value }));
    const circle = sequence(
      attributes({ cx: place, cy: place, r: this.#atoms.size }),
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
        this.#atoms.attribute("id", this.#atoms.id()),
        literal(' gradientUnits="userSpaceOnUse"'),
        geometry,
        spread,
        literal(">"),
        repeat(2, endless, stop),
        literal(`</${name}>`, { says: gradients }),
      );
    return choice(
      open("linearGradient", attributes({ x1: place, y1: place, x2: place, y2: place })),
      open("radialGradient", choice(circle, ellipse)),
    );
  }
}
