/** What the grammar of an SVG document is made of: attributes, numbers, colours. */
import {
  anyOf,
  choice,
  type Effect,
  type Expression,
  integer,
  literal,
  nothing,
  optional,
  repeat,
  sequence,
  words,
} from "../grammar/bytes/index.ts";
import type { TextOptions } from "./options.ts";

/** The fact that a gradient is defined. */
export const gradients = 1;

/** How far a drawing may reach, in grids: as far as canonical ones do. */
const reach = { coordinate: 16, radius: 64 } as const;

const shortNames =
  "red tan gold gray pink plum teal navy peru snow azure beige brown coral green ivory khaki linen maroon olive orange orchid purple salmon sienna silver tomato violet wheat bisque indigo".split(
    " ",
  );

export class GrammarAtoms {
  readonly options: TextOptions;
  readonly coordinate: Argument;
  /** From one coordinate to another. */
  readonly step: Argument;
  /** Not below 1. */
  readonly size: Expression;
  /** Of an arc: those of flat arcs go far beyond the canvas. */
  readonly radius: Expression;

  constructor(options: TextOptions) {
    this.options = options;
    const most = reach.coordinate * options.grid;
    this.coordinate = argument(-most, most);
    this.step = argument(-2 * most, 2 * most);
    this.size = integer(1, 2 * most);
    this.radius = integer(1, reach.radius * options.grid);
  }

  attribute(name: string, value: Expression, effect: Effect = "none"): Expression {
    return sequence(literal(` ${name}="`), value, this.quote(effect));
  }

  quote(effect: Effect = "none"): Expression {
    return literal('"', effect);
  }

  /** A percentage as a share of 1 without its leading zero. */
  share(): Expression {
    const digit = anyOf("123456789");
    const tens = sequence(literal("."), digit, optional(digit));
    return choice(tens, sequence(literal(".0"), digit), literal("0"), literal("1"));
  }

  /** A length of a stroke: a multiple of 1/4. */
  quarters(): Expression {
    const part = sequence(literal("."), words("25", "5", "75"));
    const whole = integer(1, reach.coordinate * this.options.grid);
    return choice(sequence(whole, optional(part)), part);
  }

  color(): Expression {
    const digit = anyOf("0123456789abcdef");
    const long = this.options.colorBits === 8 ? optional(repeat(3, 3, digit)) : nothing;
    const hex = sequence(literal("#"), repeat(3, 3, digit), long);
    return choice(hex, words(...shortNames), literal("currentColor"));
  }

  /** One to a gradient that is not there paints nothing. */
  reference(effect: Effect): Expression {
    return sequence(literal("u", effect), literal("rl(#"), this.id(), literal(")"));
  }

  id(): Expression {
    return repeat(1, 2, anyOf("abcdefghijklmnopqrstuvwxyz"));
  }
}

/** A number where nothing parts it from a letter before it, and where it follows another number. */
export interface Argument {
  readonly first: Expression;
  readonly next: Expression;
}

/** Integers from `low`, which may be negative, to `high`. */
export function argument(low: number, high: number): Argument {
  const positive = integer(0, high);
  const spaced = sequence(literal(" "), positive);
  const negative = sequence(literal("-"), integer(1, -low));
  return { first: choice(positive, negative), next: choice(spaced, negative) };
}
