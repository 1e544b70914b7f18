/** The grammar of appearances: of the root, of groups, and of elements. */
import {
  choice,
  type Expression,
  integer,
  literal,
  nothing,
  optional,
  repeat,
  sequence,
  words,
} from "../bytes/index.ts";
import { filled, type GrammarAtoms, gradients, ownStroke, stroked } from "./grammar-atoms.ts";

const mostDashes = 8;

export class LookGrammar {
  readonly #atoms: GrammarAtoms;

  constructor(atoms: GrammarAtoms) {
    this.#atoms = atoms;
  }

  /** The root is filled or stroked, so that elements that say nothing are painted. */
  rootLook(paint: Expression): Expression {
    const fill = sequence(optional(this.#atoms.attribute("fill", paint)), this.#fillDetails());
    if (this.#atoms.options.strokes === "drop") return fill;
    const stroke = this.#atoms.attribute("stroke", paint, { says: stroked });
    const none = this.#atoms.attribute("fill", literal("none"), { denies: filled });
    return sequence(
      choice(sequence(fill, optional(stroke)), sequence(none, stroke)),
      this.#strokeDetails(),
    );
  }

  groupLook(): Expression {
    const paint = this.#paint();
    const fill = this.#atoms.attribute("fill", paint);
    const details = this.#fillDetails();
    if (this.#atoms.options.strokes === "drop") return sequence(optional(fill), details);
    const stroke = this.#atoms.attribute("stroke", paint);
    const bare = this.#atoms.attribute("stroke", literal("none"));
    const unstroked = this.#atoms.attribute("stroke", literal("none"), { requires: filled });
    const none = this.#atoms.attribute("fill", literal("none"));
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
  look(line: boolean, letter: string): Expression {
    const fill = this.#atoms.attribute("fill", this.#paint());
    const follows = literal(` ${letter}`);
    const details = this.#fillDetails();
    if (this.#atoms.options.strokes === "drop") return sequence(optional(fill), details, follows);
    const rest = this.#strokeDetails();
    const stroke = this.#atoms.attribute("stroke", this.#paint(), { says: ownStroke });
    const none = this.#atoms.attribute("fill", literal("none"));
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
    const bare = this.#atoms.attribute("stroke", literal("none"));
    const unstroked = this.#atoms.attribute("stroke", literal("none"), { requires: filled });
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

  opacity(): Expression {
    return optional(this.#atoms.attribute("opacity", this.#atoms.share(10, 99)));
  }

  #fillDetails(): Expression {
    return sequence(
      optional(this.#atoms.attribute("fill-rule", words("nonzero", "evenodd"))),
      optional(this.#atoms.attribute("fill-opacity", this.#atoms.share(10, 100))),
    );
  }

  /** An offset of dashes is left out: it could begin a short line in a gap. */
  #strokeDetails(): Expression {
    if (this.#atoms.options.strokes === "drop") return nothing;
    const width = this.#width();
    const dashes = sequence(width, repeat(0, mostDashes - 1, literal(" "), width));
    return sequence(
      optional(this.#atoms.attribute("stroke-width", width)),
      optional(this.#atoms.attribute("stroke-linecap", words("butt", "round", "square"))),
      optional(this.#atoms.attribute("stroke-linejoin", words("miter", "round", "bevel"))),
      optional(this.#atoms.attribute("stroke-miterlimit", integer(1, 100))),
      optional(this.#atoms.attribute("stroke-dasharray", choice(literal("none"), dashes))),
      optional(this.#atoms.attribute("stroke-opacity", this.#atoms.share(10, 100))),
    );
  }

  #paint(): Expression {
    if (this.#atoms.options.gradients !== "keep") return this.#atoms.color();
    return choice(this.#atoms.color(), this.#atoms.reference({ requires: gradients }));
  }

  #width(): Expression {
    const quarters = sequence(literal("."), words("25", "5", "75"));
    const whole = integer(1, Math.ceil(this.#atoms.options.grid / 4));
    return choice(sequence(whole, optional(quarters)), quarters);
  }
}
