/** The grammar of an element's appearance. */
import {
  anyOf,
  choice,
  type Expression,
  integer,
  literal,
  nothing,
  optional,
  repeat,
  sequence,
  share,
  words,
} from "../grammar/bytes/index.ts";
import type { GrammarAtoms } from "./grammar-atoms.ts";

const endless = Number.POSITIVE_INFINITY;
const largestMiterLimit = 1000;

export class PaintGrammar {
  readonly #atoms: GrammarAtoms;

  constructor(atoms: GrammarAtoms) {
    this.#atoms = atoms;
  }

  look(): Expression {
    const fill = optional(this.#fill());
    if (this.#atoms.options.strokes === "drop") return sequence(fill, this.opacity());
    return sequence(fill, optional(this.#stroke()), this.opacity());
  }

  opacity(): Expression {
    return optional(this.#atoms.item("opacity", share()));
  }

  #fill(): Expression {
    const rest = sequence(optional(literal(" evenodd")), optional(literal(" opacity "), share()));
    return choice(
      this.#atoms.item("fill", sequence(literal("none"), rest)),
      this.#paint("fill", rest),
    );
  }

  #stroke(): Expression {
    const dash = sequence(literal(" "), choice(this.#atoms.quarters(), literal("0")));
    const rest = sequence(
      optional(literal(" opacity "), share()),
      optional(literal(" linejoin "), words("round", "bevel")),
      optional(literal(" miterlimit "), integer(1, largestMiterLimit)),
      optional(literal(" dasharray"), repeat(1, endless, dash)),
      optional(literal(" dashoffset"), dash),
    );
    return sequence(
      this.#paint("stroke", rest),
      this.#atoms.item("stroke-width", this.#atoms.quarters()),
      optional(this.#atoms.item("stroke-linecap", words("round", "square"))),
    );
  }

  #paint(name: "fill" | "stroke", rest: Expression): Expression {
    const plain = this.#atoms.item(name, sequence(this.#color(), rest));
    if (this.#atoms.options.gradients === "first-stop") return plain;
    const gradient = this.#atoms.item(name, sequence(literal("gradient"), rest));
    return choice(plain, sequence(gradient, this.#gradient()));
  }

  #gradient(): Expression {
    const place = this.#atoms.coordinate();
    const spread = optional(literal(" spread "), words("reflect", "repeat"));
    const stop = sequence(
      this.#atoms.token("svg_stop"),
      this.#atoms.item(
        "offset",
        sequence(share(), literal(" "), this.#color(), optional(literal(" opacity "), share())),
      ),
    );
    const linear = sequence(
      this.#atoms.token("svg_linearGradient"),
      this.#atoms.item("x1", place),
      this.#atoms.item("y1", place),
      this.#atoms.item("x2", place),
      this.#atoms.item("y2", sequence(place, spread)),
    );
    const axes = sequence(place, ...[1, 2, 3].flatMap(() => [literal(" "), place]));
    const extent = (more: Expression) =>
      choice(
        this.#atoms.item("r", sequence(this.#atoms.size(), more)),
        this.#atoms.item("gradientTransform", sequence(axes, more)),
      );
    const focus = sequence(
      this.#atoms.item("fx", place),
      this.#atoms.item("fy", sequence(place, spread)),
    );
    const radial = sequence(
      this.#atoms.token("svg_radialGradient"),
      this.#atoms.items({ cx: place, cy: place }),
      choice(extent(spread), sequence(extent(nothing), focus)),
    );
    return sequence(choice(linear, radial), repeat(2, endless, stop));
  }

  #color(): Expression {
    const digit = anyOf("0123456789abcdef");
    const short = sequence(literal("#"), repeat(3, 3, digit));
    const long = this.#atoms.options.colorBits === 8 ? [repeat(3, 3, digit)] : [];
    return choice(literal("currentColor"), sequence(short, ...long.map((part) => optional(part))));
  }
}
