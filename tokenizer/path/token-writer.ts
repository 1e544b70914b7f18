/** Ids as they are written, and the numbers among them. */
import { EncodeError } from "../core/svg-tokenizer.ts";
import { largestInteger, type PathLayout, radix } from "./layout.ts";
import type { PathOptions } from "./options.ts";

export class TokenWriter {
  readonly ids: number[] = [];
  readonly layout: PathLayout;
  readonly merged: boolean;
  /** Index of the outermost element being written, for messages. */
  element = 0;

  constructor(layout: PathLayout, options: PathOptions) {
    this.layout = layout;
    this.merged = options.coordinates === "merged";
  }

  /** A token of a class that an option may have left out. */
  token(first: number, option: keyof PathOptions, offset = 0): void {
    if (first < 0) {
      this.refuse(`it needs a token that the vocabulary lacks; see its option "${option}"`);
    }
    this.ids.push(first + offset);
  }

  number(token: number, value: number, option: keyof PathOptions): void {
    this.token(token, option);
    this.integer(value);
  }

  /** A point that no other one is relative to. */
  fixedPoint(x: number, y: number): void {
    if (this.merged) this.mergedPoint(x, y);
    else {
      this.absolute(x, this.layout.x);
      this.absolute(y, this.layout.y);
    }
  }

  mergedPoint(x: number, y: number): void {
    const { grid, point } = this.layout;
    const plain =
      x >= 0 && y >= 0 && x < grid && y < grid && Number.isInteger(x) && Number.isInteger(y);
    if (plain) this.ids.push(point + y * grid + x);
    else {
      this.signed(x);
      this.signed(y);
    }
  }

  absolute(value: number, first: number): void {
    if (value >= 0 && value <= this.layout.grid && Number.isInteger(value)) {
      this.ids.push(first + value);
    } else this.signed(value);
  }

  length(value: number): void {
    if (value >= 0 && value <= this.layout.grid && Number.isInteger(value)) {
      this.ids.push(this.layout.length + value);
    } else {
      this.ids.push(this.layout.plus);
      this.integer(value);
    }
  }

  signed(value: number): void {
    this.ids.push(value < 0 ? this.layout.minus : this.layout.plus);
    this.integer(Math.abs(value));
  }

  integer(value: number): void {
    if (!Number.isInteger(value) || value < 0 || value > largestInteger) {
      this.refuse(`${value} is no integer from 0 to ${largestInteger}`);
    }
    const { digit, lastDigit } = this.layout;
    let unit = 1;
    while (unit * radix <= value) unit *= radix;
    for (; unit > 1; unit /= radix) this.ids.push(digit + (Math.floor(value / unit) % radix));
    this.ids.push(lastDigit + (value % radix));
  }

  refuse(why: string): never {
    throw new EncodeError(`element ${this.element}: ${why}`);
  }
}
