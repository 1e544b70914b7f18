/** What the grammar of a drawing is made of: semantic tokens with their values, and numbers. */
import {
  anyOf,
  choice,
  type Effect,
  type Expression,
  fraction,
  integer,
  literal,
  nothing,
  optional,
  repeat,
  sequence,
  symbol,
  words,
} from "../bytes/index.ts";
import type { SemanticOptions } from "./options.ts";
import type { SemanticName } from "./tokens.ts";

export type Values = Partial<Readonly<Record<SemanticName, Expression>>>;

export class GrammarAtoms {
  readonly options: SemanticOptions;
  readonly #symbolOf: (name: SemanticName) => number;
  readonly #spaced: boolean;

  /**
   * @param symbolOf the symbol of each semantic token.
   * @param spaced whether the base tokenizer writes a space behind added tokens.
   */
  constructor(options: SemanticOptions, symbolOf: (name: SemanticName) => number, spaced: boolean) {
    this.options = options;
    this.#symbolOf = symbolOf;
    this.#spaced = spaced;
  }

  /** On any canvas with such a side: from 0 to this, less 1. */
  below(side: number): Expression {
    return this.ranging(0, side - 1);
  }

  /** Where a path begins that shows: by relative commands it may leave the canvas at once. */
  begin(side: number): Expression {
    if (this.options.positions === "absolute") return this.ranging(0, side);
    return this.ranging(Math.ceil(side / 16), Math.floor((side * 15) / 16));
  }

  /** On the canvas or around it, where the ends of curves and what overlaps it may lie. */
  coordinate(): Expression {
    const { grid } = this.options;
    return this.span(-Math.floor(grid / 2), Math.floor(1.5 * grid));
  }

  span(low: number, high: number): Expression {
    const { precision } = this.options;
    const minus = literal("-");
    const below = sequence(minus, this.ranging(1, -low));
    const tiny = precision === 0 ? [] : [sequence(minus, literal("0"), fraction(precision))];
    return choice(this.ranging(0, high), below, ...tiny);
  }

  ranging(low: number, high: number): Expression {
    const { precision } = this.options;
    if (precision === 0 || low === high) return integer(low, high);
    const within = sequence(integer(low, high - 1), optional(fraction(precision)));
    return choice(within, integer(high, high));
  }

  /** Not below 1, up to so many grids. */
  size(grids = 2): Expression {
    return this.ranging(1, grids * this.options.grid);
  }

  /** Of a stroke or dash, in quarters of the smallest step. */
  width(): Expression {
    const { grid, precision } = this.options;
    const quarters = sequence(
      literal("."),
      repeat(precision, precision, anyOf("0123456789")),
      words("25", "5", "75"),
    );
    const steps = precision === 0 ? [] : [fraction(precision)];
    const part = choice(quarters, ...steps);
    return choice(
      sequence(integer(1, Math.ceil(grid / 4)), optional(part)),
      sequence(literal("0"), part),
    );
  }

  point(coordinate: Expression): Expression {
    return sequence(coordinate, literal(" "), coordinate);
  }

  token(name: SemanticName, effect: Effect = "none"): Expression {
    return symbol(this.#symbolOf(name), effect);
  }

  item(name: SemanticName, value: Expression, effect: Effect = "none"): Expression {
    const blank = this.#spaced ? optional(literal(" ")) : nothing;
    return sequence(this.token(name, effect), blank, value);
  }

  items(values: Values): Expression {
    return sequence(
      ...Object.entries(values).map(([name, value]) => this.item(name as SemanticName, value)),
    );
  }
}
