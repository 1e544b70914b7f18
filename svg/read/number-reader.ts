/**
 * Reads the numbers of path data, transforms, points and lengths from a text, by SVG's grammar:
 * signs and points separate numbers, so that `1-.5.5` are three of them.
 */

/** Exact in binary floating point, so that scaling by one rounds once. */
const powersOfTen = Array.from({ length: 23 }, (_, i) => Number(`1e${i}`));
/** Mantissas of this many digits are exact. */
const exactDigits = 15;

export class NumberReader {
  text: string;
  position = 0;
  /** The number that was read last. */
  value = 0;

  constructor(text = "") {
    this.text = text;
  }

  reset(text: string): void {
    this.text = text;
    this.position = 0;
  }

  get atEnd(): boolean {
    return this.position >= this.text.length;
  }

  skipSpace(): void {
    const { text } = this;
    let i = this.position;
    for (;;) {
      const c = text.charCodeAt(i);
      if (c !== 32 && c !== 10 && c !== 9 && c !== 13 && c !== 12) break;
      i++;
    }
    this.position = i;
  }

  /** Skips white space with at most one comma in it; true when there was a comma. */
  skipComma(): boolean {
    // Signs, points, digits and letters all come after the comma.
    if (this.text.charCodeAt(this.position) > 44) return false;
    this.skipSpace();
    if (this.text.charCodeAt(this.position) !== 44) return false;
    this.position++;
    this.skipSpace();
    return true;
  }

  /** Reads a number into `value`; false, without moving, where none stands. */
  number(): boolean {
    const { text } = this;
    const from = this.position;
    let i = from;
    let c = text.charCodeAt(i);
    const negative = c === 45;
    if (negative || c === 43) c = text.charCodeAt(++i);
    let mantissa = 0;
    let digits = 0;
    let fraction = 0;
    while (c >= 48 && c <= 57) {
      mantissa = mantissa * 10 + c - 48;
      digits++;
      c = text.charCodeAt(++i);
    }
    if (c === 46) {
      c = text.charCodeAt(++i);
      while (c >= 48 && c <= 57) {
        mantissa = mantissa * 10 + c - 48;
        fraction++;
        c = text.charCodeAt(++i);
      }
      digits += fraction;
    }
    if (digits === 0) return false;
    if ((c === 101 || c === 69) && this.#exponentAt(i + 1)) {
      i = this.#exponentEnd(i + 1);
      this.value = Number(text.slice(from, i));
    } else if (digits > exactDigits) this.value = Number(text.slice(from, i));
    else {
      if (fraction > 0) mantissa /= powersOfTen[fraction]!;
      this.value = negative ? -mantissa : mantissa;
    }
    this.position = i;
    return true;
  }

  #exponentAt(i: number): boolean {
    const { text } = this;
    let c = text.charCodeAt(i);
    if (c === 43 || c === 45) c = text.charCodeAt(i + 1);
    return c >= 48 && c <= 57;
  }

  #exponentEnd(from: number): number {
    const { text } = this;
    let i = from + 1;
    for (;;) {
      const c = text.charCodeAt(i);
      if (!(c >= 48 && c <= 57)) return i;
      i++;
    }
  }

  /** Reads a flag of an arc, which no separator need follow; -1, without moving, where none stands. */
  flag(): number {
    const c = this.text.charCodeAt(this.position);
    if (c !== 48 && c !== 49) return -1;
    this.position++;
    return c - 48;
  }
}
