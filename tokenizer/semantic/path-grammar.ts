/** The grammar of a path's commands. */
import {
  anyOf,
  choice,
  type Expression,
  integer,
  literal,
  repeat,
  sequence,
} from "../grammar/bytes/index.ts";
import type { GrammarAtoms } from "./grammar-atoms.ts";

const endless = Number.POSITIVE_INFINITY;

export class PathGrammar {
  readonly #atoms: GrammarAtoms;
  /** Where a command leads, in one direction. */
  readonly #length: Expression;

  constructor(atoms: GrammarAtoms) {
    this.#atoms = atoms;
    this.#length = atoms.options.positions === "absolute" ? atoms.coordinate() : atoms.step();
  }

  /** After the token of path data. */
  commands(): Expression {
    const length = this.#length;
    const command = choice(
      this.#atoms.item("moveto", this.#points(1)),
      this.#atoms.item("lineto", this.#points(1)),
      this.#atoms.item("horizontal_lineto", length),
      this.#atoms.item("vertical_lineto", length),
      this.#atoms.item("curveto", this.#points(3)),
      this.#atoms.item("smooth_curveto", this.#points(2)),
      this.#atoms.item("quadratic_bezier_curve", this.#points(2)),
      this.#atoms.item("smooth_quadratic_bezier_curveto", this.#points(1)),
      this.#arc(),
      this.#atoms.token("close_the_path"),
    );
    const begin = this.#atoms.item("moveto", this.#atoms.point(this.#atoms.coordinate()));
    return sequence(begin, repeat(0, endless, command));
  }

  #points(count: number): Expression {
    const point = this.#atoms.point(this.#length);
    return sequence(point, repeat(count - 1, count - 1, literal(" "), point));
  }

  #arc(): Expression {
    const radius = this.#atoms.radius();
    const flag = anyOf("01");
    const parts = [radius, radius, integer(0, 179), flag, flag, this.#points(1)];
    const spaced = parts.flatMap((part, i) => (i === 0 ? [part] : [literal(" "), part]));
    return this.#atoms.item("elliptical_Arc", sequence(...spaced));
  }
}
