/** The grammar of appearances, in the order in which `printDrawing` writes them. */
import {
  choice,
  type Effect,
  type Expression,
  integer,
  literal,
  optional,
  repeat,
  sequence,
  words,
} from "../grammar/bytes/index.ts";
import { type GrammarAtoms, gradients } from "./grammar-atoms.ts";

const endless = Number.POSITIVE_INFINITY;
const largestMiterLimit = 1000;

export class LookGrammar {
  readonly #atoms: GrammarAtoms;

  constructor(atoms: GrammarAtoms) {
    this.#atoms = atoms;
  }

  /** Of the root, before gradients are defined; it refers to some or does not. */
  rootLook(refers: boolean): Expression {
    const paint = choice(this.#atoms.color(), literal("none"));
    return this.#attributes(refers ? choice(paint, this.#atoms.reference("none")) : paint);
  }

  /** Of a group or element. */
  look(): Expression {
    const paint = choice(this.#atoms.color(), literal("none"));
    if (this.#atoms.options.gradients !== "keep") return this.#attributes(paint);
    const effect: Effect = { requires: gradients };
    return this.#attributes(choice(paint, this.#atoms.reference(effect)));
  }

  opacity(): Expression {
    return optional(this.#atoms.attribute("opacity", this.#atoms.share()));
  }

  #attributes(paint: Expression): Expression {
    const fill = this.#all({
      fill: paint,
      "fill-rule": words("nonzero", "evenodd"),
      "fill-opacity": this.#atoms.share(),
    });
    if (this.#atoms.options.strokes === "drop") return fill;
    const length = choice(this.#atoms.quarters(), literal("0"));
    const dashes = sequence(length, repeat(0, endless, literal(" "), length));
    const stroke = this.#all({
      stroke: paint,
      "stroke-width": this.#atoms.quarters(),
      "stroke-linecap": words("butt", "round", "square"),
      "stroke-linejoin": words("miter", "round", "bevel"),
      "stroke-miterlimit": integer(1, largestMiterLimit),
      "stroke-dasharray": choice(literal("none"), dashes),
      "stroke-dashoffset": length,
      "stroke-opacity": this.#atoms.share(),
    });
    return sequence(fill, stroke);
  }

  #all(values: Readonly<Record<string, Expression>>): Expression {
    return sequence(
      ...Object.entries(values).map(([name, value]) =>
        optional(this.#atoms.attribute(name, value)),
      ),
    );
  }
}
