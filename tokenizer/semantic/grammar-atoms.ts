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
} from "../grammar/bytes/index.ts";
import type { SemanticOptions } from "./options.ts";
import type { SemanticName } from "./tokens.ts";

/** How far a drawing may reach, in grids: as far as canonical ones do. */
const reach = { coordinate: 16, radius: 64 } as const;

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

  coordinate(): Expression {
    const most = reach.coordinate * this.options.grid;
    return this.#span(-most, most);
  }

  /** From one coordinate to another. */
  step(): Expression {
    const most = 2 * reach.coordinate * this.options.grid;
    return this.#span(-most, most);
  }

  /** One of the smallest steps at least. */
  size(): Expression {
    return this.#above(2 * reach.coordinate * this.options.grid);
  }

  /** Of an arc: those of flat arcs go far beyond the canvas. */
  radius(): Expression {
    return this.#above(reach.radius * this.options.grid);
  }

  /** The shorter side of a canvas. */
  side(): Expression {
    const { grid, precision } = this.options;
    if (precision === 0) return integer(1, grid - 1);
    return this.#above(grid - 1, optional(fraction(precision)));
  }

  #span(low: number, high: number): Expression {
    const below = sequence(literal("-"), this.#above(-low));
    return choice(literal("0"), this.#above(high), below);
  }

  /** Above 0, and not above `high`. @param rest what may follow on that. */
  #above(high: number, rest = nothing): Expression {
    const { precision } = this.options;
    if (precision === 0) return integer(1, high);
    const part = fraction(precision);
    return choice(
      sequence(literal("0"), part),
      sequence(integer(1, high - 1), optional(part)),
      sequence(integer(high, high), rest),
    );
  }

  /** Of a stroke or dash, in quarters of the smallest step; above 0. */
  quarters(): Expression {
    const { grid, precision } = this.options;
    const quarters = sequence(
      literal("."),
      repeat(precision, precision, anyOf("0123456789")),
      words("25", "5", "75"),
    );
    const steps = precision === 0 ? [] : [fraction(precision)];
    const part = choice(quarters, ...steps);
    return choice(
      sequence(integer(1, reach.coordinate * grid), optional(part)),
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
