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
} from "../bytes/index.ts";
import type { TextOptions } from "./options.ts";

const endless = Number.POSITIVE_INFINITY;
/** Of an arc, in grids; those of flat arcs go far beyond the canvas. */
const largestRadius = 16;

/** A number where nothing parts it from a letter before it, and where it follows another number. */
export interface Argument {
  readonly first: Expression;
  readonly next: Expression;
}

/** Integers from `low`, which may be negative, to `high`. */
export function argument(low: number, high: number): Argument {
  const positive = integer(0, high);
  const spaced = sequence(literal(" "), positive);
  if (low >= 0) return { first: positive, next: spaced };
  const negative = sequence(literal("-"), integer(1, -low));
  return { first: choice(positive, negative), next: choice(spaced, negative) };
}

export class PathGrammar {
  readonly #options: TextOptions;
  readonly #absolute: Argument;
  readonly #relative: Argument;

  constructor(options: TextOptions) {
    const { grid } = options;
    this.#options = options;
    this.#absolute = argument(-Math.floor(grid / 2), Math.floor(1.5 * grid));
    this.#relative = argument(-2 * grid, 2 * grid);
  }

  /** Any data. @param near a coordinate of the first point. */
  any(near: Argument): Expression {
    const first = choice(this.#repeated("M", 2), this.#draw());
    return sequence(this.#move(near), first, this.#rest());
  }

  /** Data that begin by surrounding an area: with a curve, or with sides in two directions. */
  area(near: Argument): Expression {
    const horizontal = this.#letters("H", 1);
    const vertical = this.#letters("V", 1);
    const slanted = choice(this.#letters("L", 2), this.#repeated("M", 2));
    const bent = choice(this.#bend(), this.#arcs(literal("1"), 1));
    const arc = this.#arcs(anyOf("01"), 1);
    const more = this.#letters("L", 2);
    const begun = choice(
      bent,
      sequence(choice(arc, slanted), this.#draw()),
      this.#arcs(anyOf("01"), 2),
      this.#letters("L", 2, 2),
      this.#repeated("M", 2, 2),
      sequence(repeat(1, endless, horizontal), choice(vertical, more, arc, bent)),
      sequence(repeat(1, endless, vertical), choice(horizontal, more, arc, bent)),
    );
    return sequence(this.#move(near), begun, this.#rest());
  }

  #move({ first, next }: Argument): Expression {
    return sequence(literal("M"), first, next);
  }

  #rest(): Expression {
    const move = choice(this.#once("M", 2), this.#once("m", 2));
    const moved = sequence(
      move,
      choice(this.#repeated("M", 2), this.#repeated("m", 2), this.#draw()),
    );
    return repeat(0, endless, choice(this.#draw(), moved, literal("z")));
  }

  #draw(): Expression {
    const { arcs, quadratics } = this.#options;
    return choice(
      this.#letters("L", 2),
      this.#letters("H", 1),
      this.#letters("V", 1),
      this.#bend(),
      ...(quadratics === "keep" ? [this.#letters("T", 2)] : []),
      ...(arcs === "keep" ? [this.#arcs(anyOf("01"), 1)] : []),
    );
  }

  /** Curves that are none of the straight lines that others may be. */
  #bend(): Expression {
    const quadratic = this.#options.quadratics === "keep" ? [this.#letters("Q", 4)] : [];
    return choice(this.#letters("C", 6), this.#letters("S", 4), ...quadratic);
  }

  /** A command in both its forms, with its arguments at least so many times. */
  #letters(letter: string, count: number, times = 1): Expression {
    return choice(
      ...[letter, letter.toLowerCase()].map((form) =>
        sequence(this.#once(form, count), repeat(times - 1, endless, this.#arguments(form, count))),
      ),
    );
  }

  /** A letter and its arguments once. */
  #once(letter: string, count: number): Expression {
    const { first, next } = this.#kind(letter);
    return sequence(literal(letter), first, repeat(count - 1, count - 1, next));
  }

  /** Arguments without their letter, at least so many times. */
  #repeated(letter: string, count: number, times = 1): Expression {
    return repeat(times, endless, this.#arguments(letter, count));
  }

  #arguments(letter: string, count: number): Expression {
    return repeat(count, count, this.#kind(letter).next);
  }

  #kind(letter: string): Argument {
    return letter === letter.toUpperCase() ? this.#absolute : this.#relative;
  }

  #arcs(large: Expression, times: number): Expression {
    if (this.#options.arcs !== "keep") return choice();
    const blank = literal(" ");
    const radius = integer(1, largestRadius * this.#options.grid);
    const flags = sequence(large, anyOf("01"));
    return choice(
      ...["A", "a"].map((letter) => {
        const { first, next } = this.#kind(letter);
        const turn = sequence(blank, radius, blank, integer(0, 179), blank, flags, first, next);
        const more = repeat(times - 1, endless, blank, radius, turn);
        return sequence(literal(letter), radius, turn, optional(more));
      }),
    );
  }
}
