/** The grammar of a path's commands. */
import {
  anyOf,
  choice,
  type Expression,
  integer,
  literal,
  optional,
  repeat,
  sequence,
} from "../bytes/index.ts";
import type { GrammarAtoms } from "./grammar-atoms.ts";

const endless = Number.POSITIVE_INFINITY;
/** Of an arc, in grids; those of flat arcs go far beyond the canvas. */
const largestRadius = 16;

export class PathGrammar {
  readonly #atoms: GrammarAtoms;

  constructor(atoms: GrammarAtoms) {
    this.#atoms = atoms;
  }

  /** @param near a coordinate of the first point. @param rest commands. */
  path(near: Expression, rest: Expression): Expression {
    const move = this.#atoms.item("moveto", this.#atoms.point(near));
    return sequence(this.#atoms.token("svg_path"), this.#atoms.token("path_d"), move, rest);
  }

  /** Commands of which the first draws. */
  commands(): Expression {
    const { step, length } = this.#argument();
    const draw = choice(
      this.#atoms.item("lineto", step),
      this.#atoms.item("horizontal_lineto", length),
      this.#atoms.item("vertical_lineto", length),
      this.#curve(),
    );
    return sequence(draw, this.#moreCommands(draw));
  }

  #moreCommands(draw: Expression): Expression {
    const close = optional(this.#atoms.token("close_the_path"));
    const move = optional(this.#atoms.item("moveto", this.#argument().step));
    return sequence(close, repeat(0, endless, sequence(move, draw, close)));
  }

  /** Commands that surround an area: among them a curve, or sides in two directions. */
  outline(): Expression {
    const { step, length } = this.#argument();
    const horizontal = this.#atoms.item("horizontal_lineto", length);
    const vertical = this.#atoms.item("vertical_lineto", length);
    const slanted = this.#atoms.item("lineto", step);
    const draw = choice(horizontal, vertical, slanted, this.#curve());
    const bent = choice(this.#bend(), this.#arc(literal("1")));
    const arc = this.#arc(anyOf("01"));
    const begun = choice(
      bent,
      sequence(choice(arc, slanted), draw),
      sequence(repeat(1, endless, horizontal), choice(vertical, slanted, arc, bent)),
      sequence(repeat(1, endless, vertical), choice(horizontal, slanted, arc, bent)),
    );
    return sequence(begun, this.#moreCommands(draw));
  }

  #curve(): Expression {
    const straight = this.#atoms.item("smooth_quadratic_bezier_curveto", this.#argument().step);
    return choice(this.#bend(), this.#arc(anyOf("01")), straight);
  }

  /** Curves that are none of the straight lines that others may be. */
  #bend(): Expression {
    const { step } = this.#argument();
    const steps = (count: number) =>
      sequence(step, repeat(count - 1, count - 1, literal(" "), step));
    return choice(
      this.#atoms.item("curveto", steps(3)),
      this.#atoms.item("smooth_curveto", steps(2)),
      this.#atoms.item("quadratic_bezier_curve", steps(2)),
    );
  }

  #arc(large: Expression): Expression {
    const radius = this.#atoms.size(largestRadius);
    const parts = [radius, radius, integer(0, 179), large, anyOf("01"), this.#argument().step];
    const spaced = parts.flatMap((part, i) => (i === 0 ? [part] : [literal(" "), part]));
    return this.#atoms.item("elliptical_Arc", sequence(...spaced));
  }

  /** Where a command leads: two numbers, and one. */
  #argument(): { readonly step: Expression; readonly length: Expression } {
    const absolute = this.#atoms.options.positions === "absolute";
    const { grid } = this.#atoms.options;
    const length = absolute ? this.#atoms.coordinate() : this.#atoms.span(-2 * grid, 2 * grid);
    return { length, step: sequence(length, literal(" "), length) };
  }
}
