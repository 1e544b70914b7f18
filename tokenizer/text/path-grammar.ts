/** The grammar of minified path data, as `printDrawing` writes it. */
import {
  anyOf,
  choice,
  type Expression,
  integer,
  literal,
  optional,
  repeat,
  sequence,
} from "../grammar/bytes/index.ts";
import type { Argument, GrammarAtoms } from "./grammar-atoms.ts";

const endless = Number.POSITIVE_INFINITY;

export class PathGrammar {
  readonly #atoms: GrammarAtoms;

  constructor(atoms: GrammarAtoms) {
    this.#atoms = atoms;
  }

  data(): Expression {
    const { arcs, quadratics } = this.#atoms.options;
    const curves = quadratics === "keep" ? [this.#letters("Q", 4), this.#letters("T", 2)] : [];
    const command = choice(
      this.#letters("M", 2),
      this.#letters("L", 2),
      this.#letters("H", 1),
      this.#letters("V", 1),
      this.#letters("C", 6),
      this.#letters("S", 4),
      ...curves,
      ...(arcs === "keep" ? [this.#arcs()] : []),
      literal("z"),
    );
    return sequence(this.#arguments("M", 2), repeat(0, endless, command));
  }

  /** A command in both its forms. */
  #letters(letter: string, count: number): Expression {
    return choice(this.#arguments(letter, count), this.#arguments(letter.toLowerCase(), count));
  }

  /** A letter and its arguments, so many at a time. */
  #arguments(letter: string, count: number): Expression {
    const { first, next } = this.#kind(letter);
    const once = sequence(literal(letter), first, repeat(count - 1, count - 1, next));
    return sequence(once, repeat(0, endless, repeat(count, count, next)));
  }

  #kind(letter: string): Argument {
    return letter === letter.toUpperCase() ? this.#atoms.coordinate : this.#atoms.step;
  }

  #arcs(): Expression {
    const blank = literal(" ");
    const { radius } = this.#atoms;
    const flags = sequence(anyOf("01"), anyOf("01"));
    return choice(
      ...["A", "a"].map((letter) => {
        const { first, next } = this.#kind(letter);
        const turn = sequence(blank, radius, blank, integer(0, 179), blank, flags, first, next);
        const more = repeat(1, endless, blank, radius, turn);
        return sequence(literal(letter), radius, turn, optional(more));
      }),
    );
  }
}
