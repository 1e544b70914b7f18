/** Writes productions: a token, then what its slots hold, in their order. */
import { EncodeError } from "../core/svg-tokenizer.ts";
import type { Grammar } from "./grammar.ts";
import { largestInteger, optionOf, radix } from "./layout.ts";
import { type Production, type Slot, slots } from "./production.ts";

const none: readonly Slot[] = [];

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
  /** Of the production that is being written, and the next of them. */
  #slots = none;
  #next = 0;

  readonly #grid: number;
  /** Of steps from the last point, 0 where there are none. */
  readonly #reach: number;
  readonly #first: Grammar["numbers"];

  constructor(grammar: Grammar) {
    this.grammar = grammar;
    const { grid, relativeRange } = grammar.layout.options;
    this.#grid = grid;
    this.#reach = grammar.relative ? relativeRange : 0;
    this.#first = grammar.numbers;
  }

  /**
   * Its token; numbers and points follow, as many as it has slots for.
   * @param variant counts from the first token of the class.
   */
  protected write(production: Production, variant = 0): void {
    const id = production.first + variant;
    if (id < 0) this.#absent(production);
    this.ids.push(id);
    this.#slots = production.slots;
    this.#next = 0;
  }

  /** Its slots are next: of one without a token of its own. */
  protected expect(production: Production): void {
    this.#slots = production.slots;
    this.#next = 0;
  }

  protected point(x: number, y: number): void {
    const slot = this.#slots[this.#next];
    if (slot === slots.point) {
      this.#next++;
      this.#merged(x, y);
    } else {
      this.#next += 2;
      if (slot === slots.toX && this.#reach > 0) {
        this.#step(x, this.x, this.#first.x, this.#first.dx);
        this.#step(y, this.y, this.#first.y, this.#first.dy);
      } else if (slot === slots.toX || slot === slots.x) {
        this.#absolute(x, this.#first.x);
        this.#absolute(y, this.#first.y);
      } else this.#misplaced("point");
    }
    this.x = x;
    this.y = y;
  }

  /** A coordinate alone: of a horizontal line, of a vertical one. */
  protected toX(x: number): void {
    this.#step(x, this.x, this.#first.x, this.#first.dx);
    this.x = x;
  }

  protected toY(y: number): void {
    this.#step(y, this.y, this.#first.y, this.#first.dy);
    this.y = y;
  }

  /** What any other slot holds. */
  protected number(value: number): void {
    const slot = this.#slots[this.#next++];
    switch (slot?.name) {
      case "length":
        if (isWithin(value, this.#grid)) this.ids.push(this.#first.length + value);
        else {
          this.ids.push(this.#first.plus);
          this.#integer(value);
        }
        return;
      case "signed":
        this.#signed(value);
        return;
      case "integer":
        this.#integer(value);
        return;
      case "spread":
      case "shade":
      case "green":
      case "blue":
        this.ids.push(this.grammar.layout.first[slot.name] + value);
        return;
      default:
        this.#misplaced("number");
    }
  }

  /** How many they are, and each of them. */
  protected list(values: readonly number[]): void {
    if (this.#slots[this.#next++]?.name !== "count") this.#misplaced("list");
    this.#integer(values.length);
    for (const value of values) this.#integer(value);
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

  #absent({ token }: Production): never {
    this.refuse(`it needs a token that the vocabulary lacks; see its option "${optionOf(token)}"`);
  }

  #misplaced(what: string): never {
    throw new TypeError(`no slot for a ${what}: ${this.#slots.map(({ name }) => name).join(" ")}`);
  }

  #merged(x: number, y: number): void {
    const grid = this.#grid;
    if (isWithin(x, grid - 1) && isWithin(y, grid - 1)) {
      this.ids.push(this.#first.point + y * grid + x);
    } else {
      this.#signed(x);
      this.#signed(y);
    }
  }

  #step(value: number, last: number, absolute: number, step: number): void {
    const reach = this.#reach;
    if (reach > 0 && isWithin(value - last + reach, 2 * reach)) {
      this.ids.push(step + (value - last + reach));
    } else this.#absolute(value, absolute);
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
  return value >>> 0 === value && value <= most;
}
