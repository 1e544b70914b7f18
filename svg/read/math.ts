/**
 * Mathematical functions of CSS values: `calc`, `min`, `max`, `clamp`, `abs`, `sign` and a few more
 * (CSS Values 4, section 10), computed at once, as everything that they refer to is known.
 */
import { NumberReader } from "./number-reader.ts";

export type Dimension = "number" | "length" | "angle";

export interface Quantity {
  readonly value: number;
  readonly dimension: Dimension;
}

/** The quantity of a number and its unit in lower case; undefined where the unit may not stand. */
export type UnitReader = (value: number, unit: string) => Quantity | undefined;

/** Brackets within brackets. */
const maxDepth = 32;

/** The value of a whole text that is a function; undefined where it is none, or no valid one. */
export function parseMath(text: string, unit: UnitReader): Quantity | undefined {
  const parser = new MathParser(text.trim(), unit);
  const result = parser.term(0);
  return result !== undefined && parser.atEnd && Number.isFinite(result.value) ? result : undefined;
}

const space = /\s*/y;
const name = /[a-z-]+(?=\()/iy;
const word = /(?:[a-z]+|%)/iy;

class MathParser {
  readonly #text: string;
  readonly #unit: UnitReader;
  readonly #reader: NumberReader;
  #position = 0;

  constructor(text: string, unit: UnitReader) {
    this.#text = text;
    this.#unit = unit;
    this.#reader = new NumberReader(text);
  }

  get atEnd(): boolean {
    return this.#position === this.#text.length;
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#position;
    const found = pattern.exec(this.#text)?.[0] ?? "";
    this.#position += found.length;
    return found;
  }

  #take(c: string): boolean {
    if (this.#text[this.#position] !== c) return false;
    this.#position++;
    return true;
  }

  /** Products and quotients, added up: signs that add must have white space on both sides. */
  #sum(depth: number): Quantity | undefined {
    let sum = this.#product(depth);
    while (sum !== undefined) {
      const before = this.#position;
      const spaced = this.#match(space) !== "";
      const sign = this.#text[this.#position];
      if (!spaced || (sign !== "+" && sign !== "-")) {
        this.#position = before;
        this.#match(space);
        return sum;
      }
      this.#position++;
      if (this.#match(space) === "") return undefined;
      const next = this.#product(depth);
      if (next?.dimension !== sum.dimension) return undefined;
      const value: number = sign === "+" ? sum.value + next.value : sum.value - next.value;
      sum = { value, dimension: sum.dimension };
    }
    return undefined;
  }

  #product(depth: number): Quantity | undefined {
    let product = this.term(depth);
    while (product !== undefined) {
      const before = this.#position;
      this.#match(space);
      const times = this.#take("*");
      if (!times && !this.#take("/")) {
        this.#position = before;
        return product;
      }
      this.#match(space);
      const next = this.term(depth);
      if (next === undefined) return undefined;
      product = times ? multiplied(product, next) : divided(product, next);
    }
    return undefined;
  }

  /** A number with its unit, a constant, brackets or a function. */
  term(depth: number): Quantity | undefined {
    if (depth > maxDepth) return undefined;
    if (this.#take("(")) return this.#single(this.#list(depth + 1));
    const called = this.#match(name).toLowerCase();
    if (called !== "") {
      this.#position++;
      const list = this.#list(depth + 1);
      return list === undefined ? undefined : call(called, list);
    }
    this.#reader.position = this.#position;
    if (this.#reader.number()) {
      this.#position = this.#reader.position;
      return this.#unit(this.#reader.value, this.#match(word).toLowerCase());
    }
    const constant = constants.get(this.#match(word).toLowerCase());
    return constant === undefined ? undefined : { value: constant, dimension: "number" };
  }

  #single(list: readonly Quantity[] | undefined): Quantity | undefined {
    return list?.length === 1 ? list[0] : undefined;
  }

  /** What stands up to the closing bracket, with commas between. */
  #list(depth: number): Quantity[] | undefined {
    const list: Quantity[] = [];
    do {
      this.#match(space);
      const next = this.#sum(depth);
      if (next === undefined) return undefined;
      list.push(next);
      this.#match(space);
    } while (this.#take(","));
    return this.#take(")") ? list : undefined;
  }
}

const constants = new Map([
  ["pi", Math.PI],
  ["e", Math.E],
]);

function multiplied(a: Quantity, b: Quantity): Quantity | undefined {
  if (a.dimension !== "number" && b.dimension !== "number") return undefined;
  const { dimension } = a.dimension === "number" ? b : a;
  return { value: a.value * b.value, dimension };
}

function divided(a: Quantity, b: Quantity): Quantity | undefined {
  if (b.dimension !== "number") return undefined;
  return { value: a.value / b.value, dimension: a.dimension };
}

function call(name: string, list: readonly Quantity[]): Quantity | undefined {
  const { dimension } = list[0]!;
  if (!list.every((each) => each.dimension === dimension)) return undefined;
  const values = list.map(({ value }) => value);
  const [first = 0, second = 0, third = 0] = values;
  const alike = (value: number, count: number) =>
    list.length === count ? { value, dimension } : undefined;
  switch (name) {
    case "calc":
    case "-webkit-calc":
      return alike(first, 1);
    case "min":
      return alike(Math.min(...values), list.length);
    case "max":
      return alike(Math.max(...values), list.length);
    case "clamp":
      return alike(Math.max(first, Math.min(second, third)), 3);
    case "abs":
      return alike(Math.abs(first), 1);
    case "sign":
      return list.length === 1 ? { value: Math.sign(first), dimension: "number" } : undefined;
    case "hypot":
      return alike(Math.hypot(...values), list.length);
    case "sqrt":
      return dimension === "number" ? alike(Math.sqrt(first), 1) : undefined;
    case "pow":
      return dimension === "number" ? alike(first ** second, 2) : undefined;
    default:
      return undefined;
  }
}
