/** Writes productions: a token, and what their slots hold. */
import { EncodeError } from "../core/svg-tokenizer.ts";
import type { Grammar, Production } from "./grammar.ts";
import { largestInteger, optionOf, radix } from "./layout.ts";

export class ProductionWriter {
  readonly ids: number[] = [];
  readonly grammar: Grammar;
  /** Index of the outermost element being written, for messages. */
  protected element = 0;
  /** The last point, and the one to which a closepath returns. */
  protected x = 0;
  protected y = 0;
  #startX = 0;
  #startY = 0;

  readonly #grid: number;
  /** Of the layout's first ids, those that are asked for most. */
  readonly #first;

  constructor(grammar: Grammar) {
    this.grammar = grammar;
    const { first, options } = grammar.layout;
    const { x, y, dx, dy, point, length, minus, plus, digit, lastDigit } = first;
    this.#grid = options.grid;
    this.#first = { x, y, dx, dy, point, length, minus, plus, digit, lastDigit };
  }

  /** @param variant counts from the first token of the class. */
  protected write(production: Production, values: readonly number[], variant = 0): void {
    if (production.count === 0) {
      const option = optionOf(production.token);
      this.refuse(`it needs a token that the vocabulary lacks; see its option "${option}"`);
    }
    this.ids.push(production.first + variant);
    if (values.length > 0) this.fill(production, values);
  }

  protected fill({ slots, section }: Production, values: readonly number[]): void {
    // The points of a gradient are none that a step could lead from.
    const [lastX, lastY] = [this.x, this.y];
    let at = 0;
    for (const { name, holders } of slots) {
      const value = values[at++]!;
      switch (name) {
        case "x":
          this.#absolute(value, this.#first.x);
          this.x = value;
          break;
        case "y":
          this.#absolute(value, this.#first.y);
          this.y = value;
          break;
        case "toX":
          this.#coordinate(value, this.x, this.#first.x, this.#first.dx);
          this.x = value;
          break;
        case "toY":
          this.#coordinate(value, this.y, this.#first.y, this.#first.dy);
          this.y = value;
          break;
        case "point":
          this.x = value;
          this.y = values[at++]!;
          this.#point(this.x, this.y);
          break;
        case "length":
          if (isWithin(value, this.#grid)) this.ids.push(this.#first.length + value);
          else {
            this.ids.push(this.#first.plus);
            this.#integer(value);
          }
          break;
        case "signed":
          this.#signed(value);
          break;
        case "count":
          for (const integer of values) this.#integer(integer);
          break;
        case "integer":
          this.#integer(value);
          break;
        default:
          this.ids.push(this.grammar.layout.first[holders[0]!] + value);
      }
    }
    if (section === "paint") {
      this.x = lastX;
      this.y = lastY;
    }
  }

  protected beginSubpath(): void {
    this.#startX = this.x;
    this.#startY = this.y;
  }

  protected closeSubpath(): void {
    this.x = this.#startX;
    this.y = this.#startY;
  }

  protected refuse(why: string): never {
    throw new EncodeError(`element ${this.element}: ${why}`);
  }

  #point(x: number, y: number): void {
    const last = this.#grid - 1;
    if (isWithin(x, last) && isWithin(y, last)) {
      this.ids.push(this.#first.point + y * this.#grid + x);
      return;
    }
    this.#signed(x);
    this.#signed(y);
  }

  #coordinate(value: number, last: number, absolute: number, step: number): void {
    if (this.grammar.relative) {
      const { relativeRange } = this.grammar.layout.options;
      const by = value - last + relativeRange;
      if (isWithin(by, 2 * relativeRange)) {
        this.ids.push(step + by);
        return;
      }
    }
    this.#absolute(value, absolute);
  }

  #absolute(value: number, first: number): void {
    if (isWithin(value, this.#grid)) this.ids.push(first + value);
    else this.#signed(value);
  }

  #signed(value: number): void {
    this.ids.push(value < 0 ? this.#first.minus : this.#first.plus);
    this.#integer(Math.abs(value));
  }

  #integer(value: number): void {
    if (!isWithin(value, largestInteger)) {
      this.refuse(`${value} is no integer from 0 to ${largestInteger}`);
    }
    const { digit, lastDigit } = this.#first;
    let unit = 1;
    while (unit * radix <= value) unit *= radix;
    for (; unit > 1; unit /= radix) this.ids.push(digit + (Math.floor(value / unit) % radix));
    this.ids.push(lastDigit + (value % radix));
  }
}

/** Whether a value is an integer from 0 to `most`. */
function isWithin(value: number, most: number): boolean {
  return value >= 0 && value <= most && Number.isInteger(value);
}
