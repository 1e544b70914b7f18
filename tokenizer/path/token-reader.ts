/** The ids of a drawing as they are read, and the numbers among them. */
import { DecodeError } from "../core/svg-tokenizer.ts";
import { largestInteger, type PathLayout, radix, within } from "./layout.ts";
import type { PathOptions } from "./options.ts";

export class TokenReader {
  readonly ids: ArrayLike<number>;
  readonly layout: PathLayout;
  readonly merged: boolean;
  position = 0;

  constructor(ids: ArrayLike<number>, layout: PathLayout, options: PathOptions) {
    this.ids = ids;
    this.layout = layout;
    this.merged = options.coordinates === "merged";
  }

  /** The next id; -1 at the end and for what is no id, so that no absent class can match. */
  peek(): number {
    const id = this.ids[this.position];
    return id !== undefined && id >= 0 && id < this.layout.size ? id : -1;
  }

  take(id: number): boolean {
    if (this.peek() !== id || id < 0) return false;
    this.position++;
    return true;
  }

  fixedPoint(): [number, number] {
    const layout = this.layout;
    if (!this.merged) return [this.absolute(layout.x), this.absolute(layout.y)];
    const { grid, point } = layout;
    const id = this.peek();
    if (within(id, point, grid * grid)) {
      this.position++;
      return [(id - point) % grid, Math.floor((id - point) / grid)];
    }
    return [this.signed(), this.signed()];
  }

  absolute(first: number): number {
    const id = this.peek();
    if (within(id, first, this.layout.grid + 1)) {
      this.position++;
      return id - first;
    }
    return this.signed();
  }

  length(): number {
    const { length, grid, plus } = this.layout;
    const id = this.peek();
    if (within(id, length, grid + 1)) {
      this.position++;
      return id - length;
    }
    if (!this.take(plus)) this.fail("a length must stand here");
    return this.integer();
  }

  signed(): number {
    const negative = this.take(this.layout.minus);
    if (!negative && !this.take(this.layout.plus)) this.fail("a coordinate must stand here");
    const value = this.integer();
    return negative && value !== 0 ? -value : value;
  }

  integer(): number {
    const { digit, lastDigit } = this.layout;
    let value = 0;
    for (;;) {
      const id = this.peek();
      const last = within(id, lastDigit, radix);
      if (!last && !within(id, digit, radix)) this.fail("a digit must stand here");
      value = value * radix + id - (last ? lastDigit : digit);
      if (value > largestInteger) this.fail(`the number is above ${largestInteger}`);
      this.position++;
      if (last) return value;
      if (value === 0) this.fail("a number begins with a zero", this.position - 1);
    }
  }

  bounded(most: number): number {
    const at = this.position;
    const value = this.integer();
    if (value > most) throw new DecodeError(`${value} is above ${most}`, at);
    return value;
  }

  percent(): number {
    return this.bounded(100);
  }

  fail(why: string, at = this.position): never {
    const ended = at >= this.ids.length;
    throw new DecodeError(ended ? `the tokens end here, but ${why}` : why, at);
  }
}
