/**
 * Regular expressions over symbols: the 256 bytes, and above them one symbol for each token that
 * stands for itself. Symbols may open and close groups, which the automaton counts, and note facts
 * about the whole drawing; and an expression may say where an element ends, and that one surely
 * shows. That makes the language of a drawing, nested groups and all.
 */
export type Expression =
  | { readonly kind: "symbols"; readonly symbols: readonly number[]; readonly effect: Effect }
  | { readonly kind: "sequence"; readonly parts: readonly Expression[] }
  | { readonly kind: "choice"; readonly parts: readonly Expression[] }
  | {
      readonly kind: "repeat";
      readonly part: Expression;
      readonly min: number;
      readonly max: number;
    }
  | { readonly kind: "mark"; readonly mark: Mark };

/**
 * `shown`: outside of all groups, what stands before surely shows. `border`: an element ends here, so
 * that what stands before may be looked at, whether it shows.
 */
export type Mark = "shown" | "border";

/**
 * What a symbol does besides being there: `enter` and `leave` a group; `end` the drawing, which
 * needs all groups closed and something shown; say facts from here on; or stand only where some hold.
 * Facts are the bits of a number; at the beginning none holds.
 */
export type Effect =
  | "none"
  | "enter"
  | "leave"
  | "end"
  | { readonly says: number }
  | { readonly requires: number };

const utf8 = new TextEncoder();
const zero = 0x30;

export function symbol(number: number, effect: Effect = "none"): Expression {
  return { kind: "symbols", symbols: [number], effect };
}

/** One of the bytes of an ASCII text. */
export function anyOf(characters: string): Expression {
  return { kind: "symbols", symbols: [...utf8.encode(characters)], effect: "none" };
}

/** The bytes of a text, of which the last one has the effect. */
export function literal(text: string, effect: Effect = "none"): Expression {
  const bytes = [...utf8.encode(text)];
  return sequence(...bytes.map((byte, i) => symbol(byte, i + 1 < bytes.length ? "none" : effect)));
}

export function sequence(...parts: readonly Expression[]): Expression {
  return { kind: "sequence", parts };
}

export function choice(...parts: readonly Expression[]): Expression {
  return { kind: "choice", parts };
}

export function words(...texts: readonly string[]): Expression {
  return choice(...texts.map((text) => literal(text)));
}

export function optional(...parts: readonly Expression[]): Expression {
  return { kind: "repeat", part: sequence(...parts), min: 0, max: 1 };
}

export function repeat(min: number, max: number, ...parts: readonly Expression[]): Expression {
  return { kind: "repeat", part: sequence(...parts), min, max };
}

/** What stands before surely shows: the way to end a drawing in which nothing else does. */
export function shown(): Expression {
  return { kind: "mark", mark: "shown" };
}

/** An element has ended: whatever the next symbol is, it belongs to what follows. */
export function border(): Expression {
  return { kind: "mark", mark: "border" };
}

export const nothing: Expression = sequence();

/** The decimal digits of every integer from `low` to `high`, neither below 0, without leading zeros. */
export function integer(low: number, high: number): Expression {
  const parts: Expression[] = [];
  for (let digits = 1, least = 0; least <= high; digits++, least = 10 ** (digits - 1)) {
    const from = Math.max(low, least);
    const to = Math.min(high, 10 ** digits - 1);
    if (from <= to) parts.push(...digitRanges(from, to, digits));
  }
  return choice(...parts);
}

/** Integers of one number of digits, with zeros in front up to it: as few classes as can be. */
function digitRanges(low: number, high: number, digits: number): Expression[] {
  const unit = 10 ** (digits - 1);
  const first = Math.floor(low / unit);
  const last = Math.floor(high / unit);
  if (digits === 1) return [digitClass(first, last)];
  const rest = (from: number, to: number) => choice(...digitRanges(from, to, digits - 1));
  if (low === first * unit && high === last * unit + unit - 1) {
    return [sequence(digitClass(first, last), rest(0, unit - 1))];
  }
  if (first === last) {
    return [sequence(digitClass(first, first), rest(low - first * unit, high - first * unit))];
  }
  const parts = [sequence(digitClass(first, first), rest(low - first * unit, unit - 1))];
  if (last > first + 1) {
    parts.push(sequence(digitClass(first + 1, last - 1), rest(0, unit - 1)));
  }
  parts.push(sequence(digitClass(last, last), rest(0, high - last * unit)));
  return parts;
}

function digitClass(first: number, last: number): Expression {
  const symbols = Array.from({ length: last - first + 1 }, (_, i) => zero + first + i);
  return { kind: "symbols", symbols, effect: "none" };
}

/** A fraction of up to so many digits, of which the last is not 0; with its point. */
export function fraction(digits: number): Expression {
  const ends = Array.from({ length: digits }, (_, i) =>
    sequence(repeat(i, i, anyOf("0123456789")), anyOf("123456789")),
  );
  return sequence(literal("."), choice(...ends));
}

/** A percentage as a share of 1: `0.05`, `0.3`, `1`. */
export function share(): Expression {
  const digit = digitClass(1, 9);
  const tens = sequence(literal("0."), digit, optional(digit));
  return choice(tens, sequence(literal("0.0"), digit), literal("0"), literal("1"));
}
