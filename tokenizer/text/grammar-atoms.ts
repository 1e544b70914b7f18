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
} from "../bytes/index.ts";
import type { TextOptions } from "./options.ts";
import { type Argument, argument } from "./path-grammar.ts";

/**
 * Facts: the canvas is square; the root is filled, and stroked; gradients are defined; the open
 * element has a stroke of its own.
 */
export const square = 1;
export const filled = 2;
export const stroked = 4;
export const gradients = 8;
export const ownStroke = 16;

const shortNames =
  "red tan gold gray pink plum teal navy peru snow azure beige brown coral green ivory khaki linen maroon olive orange orchid purple salmon sienna silver tomato violet wheat bisque indigo".split(
    " ",
  );

export class GrammarAtoms {
  readonly options: TextOptions;
  /** On the canvas or around it, where what overlaps it may lie. */
  readonly coordinate: Argument;

  constructor(options: TextOptions) {
    this.options = options;
    this.coordinate = argument(-Math.floor(options.grid / 2), Math.floor(1.5 * options.grid));
  }

  attribute(name: string, value: Expression, effect: Effect = "none"): Expression {
    return sequence(literal(` ${name}="`), value, this.quote(effect));
  }

  quote(effect: Effect = "none"): Expression {
    return literal('"', effect);
  }

  /** A percentage as a share of 1 without its leading zero. */
  share(low: 1 | 10, high: 99 | 100): Expression {
    const digit = anyOf("123456789");
    const parts = [sequence(literal("."), digit, optional(digit))];
    if (low === 1) parts.push(sequence(literal(".0"), digit));
    if (high === 100) parts.push(literal("1"));
    return choice(...parts);
  }

  color(): Expression {
    const digit = anyOf("0123456789abcdef");
    const long = this.options.colorBits === 8 ? optional(repeat(3, 3, digit)) : nothing;
    const hex = sequence(literal("#"), repeat(3, 3, digit), long);
    return choice(hex, words(...shortNames), literal("currentColor"));
  }

  reference(effect: Effect): Expression {
    return sequence(literal("u", effect), literal("rl(#a)"));
  }

  size(): Expression {
    return integer(1, 2 * this.options.grid);
  }
}
