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
} from "../bytes/index.ts";
import type { GrammarAtoms } from "./grammar-atoms.ts";

/** Opacities below, in percent, are not drawn: several of them would leave nothing to see. */
const leastOpacity = 10;
const mostDashes = 8;
const mostStops = 8;

export class PaintGrammar {
  readonly #atoms: GrammarAtoms;

  constructor(atoms: GrammarAtoms) {
    this.#atoms = atoms;
  }

  /** @param kind `even`: no gradient that may leave its surroundings unpainted. */
  fill(kind: "any" | "even" = "any"): Expression {
    const rest = sequence(
      optional(literal(" evenodd")),
      optional(literal(" opacity "), share(leastOpacity, 99)),
    );
    return optional(this.#paint("fill", rest, kind));
  }

  /** What is under a stroke. */
  under(): Expression {
    return choice(this.#atoms.item("fill", literal("none")), this.fill());
  }

  stroke(mayOffset: boolean): Expression {
    const dash = sequence(literal(" "), this.#atoms.width());
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
      this.#atoms.item("stroke-width", this.#atoms.width()),
      optional(this.#atoms.item("stroke-linecap", words("round", "square"))),
    );
  }

  #paint(name: "fill" | "stroke", rest: Expression, kind: "any" | "even" = "any"): Expression {
    const plain = this.#atoms.item(name, sequence(this.#color(), rest));
    if (this.#atoms.options.gradients === "first-stop") return plain;
    const gradient = this.#atoms.item(name, sequence(literal("gradient"), rest));
    return choice(plain, sequence(gradient, this.#gradient(kind)));
  }

  #gradient(kind: "any" | "even"): Expression {
    const place = this.#atoms.coordinate();
    const spread = optional(literal(" spread "), words("reflect", "repeat"));
    const stop = sequence(
      this.#atoms.token("svg_stop"),
      this.#atoms.item(
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
      this.#atoms.token("svg_linearGradient"),
      this.#atoms.item("x1", place),
      this.#atoms.item("y1", place),
      this.#atoms.item("x2", place),
      this.#atoms.item("y2", sequence(place, spread)),
    );
    const circle = (more: Expression) => this.#atoms.item("r", sequence(this.#atoms.size(), more));
    const axes = sequence(place, ...[1, 2, 3].flatMap(() => [literal(" "), place]));
    const ellipse = (more: Expression) =>
      this.#atoms.item("gradientTransform", sequence(axes, more));
    const focus = sequence(
      this.#atoms.item("fx", place),
      this.#atoms.item("fy", sequence(place, spread)),
    );
    const extents =
      kind === "even"
        ? [circle(spread)]
        : [
            circle(spread),
            ellipse(spread),
            sequence(choice(circle(nothing), ellipse(nothing)), focus),
          ];
    const radial = sequence(
      this.#atoms.token("svg_radialGradient"),
      this.#atoms.items({ cx: place, cy: place }),
      choice(...extents),
    );
    return sequence(choice(linear, radial), repeat(2, mostStops, stop));
  }

  #color(): Expression {
    const digit = anyOf("0123456789abcdef");
    const short = sequence(literal("#"), repeat(3, 3, digit));
    const long = this.#atoms.options.colorBits === 8 ? [repeat(3, 3, digit)] : [];
    return choice(literal("currentColor"), sequence(short, ...long.map((part) => optional(part))));
  }

  opacity(): Expression {
    return optional(this.#atoms.item("opacity", share(leastOpacity, 99)));
  }
}
