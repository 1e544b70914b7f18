/**
 * Whether a stroke paints anything: how much of its line lies on the canvas, gaps between dashes left
 * out. Lines without length show where their ends are round or square.
 */
import type { Stroke } from "../../../svg/index.ts";
import { OutlinePen } from "./outline-pen.ts";

/** Dashes this short, in shares of the canvas's longer side, count as an even tint. */
const shortCycle = 1 / 32;
/** Length of line that surely shows, and of a dash that is seen by itself, in the same shares. */
const leastLength = 1 / 64;
const leastDash = 1 / 96;
/** What of a stroke surely lies on the canvas, in the same shares, where it runs along the border. */
const leastInside = 1 / 96;

export class StrokeTrace extends OutlinePen {
  readonly #stroke: Stroke;
  readonly #width: number;
  readonly #height: number;
  /** Distance from the border that thin lines must keep. */
  readonly #inset: number;
  readonly #dashes: readonly number[];
  readonly #cycle: number;
  readonly #offset: number;
  readonly #dots: boolean;
  /** Of the line on the canvas, without the gaps. */
  #length = 0;
  #dotted = false;
  /** Where in the pattern of dashes the line has come to. */
  #phase = 0;

  constructor(size: { readonly width: number; readonly height: number }, stroke: Stroke) {
    super(size);
    this.#stroke = stroke;
    this.#width = size.width;
    this.#height = size.height;
    const { dashes, dashOffset, width } = stroke;
    this.#inset = Math.max(0, leastInside * Math.max(size.width, size.height) - width / 2);
    this.#dashes = dashes.length % 2 === 0 ? dashes : [...dashes, ...dashes];
    this.#cycle = this.#dashes.reduce((sum, dash) => sum + dash, 0);
    this.#offset = dashOffset;
    this.#dots = stroke.cap !== "butt" && dashes.length === 0;
  }

  clone(): StrokeTrace {
    const copy = new StrokeTrace({ width: this.#width, height: this.#height }, this.#stroke);
    copy.#length = this.#length;
    copy.#dotted = this.#dotted;
    copy.#phase = this.#phase;
    copy.startX = this.startX;
    copy.startY = this.startY;
    copy.x = this.x;
    copy.y = this.y;
    return copy;
  }

  /** The share of the line that dashes leave, where they are too short to be seen one by one. */
  get density(): number {
    if (!this.#blurred) return 1;
    return this.#dashes.reduce((sum, dash, i) => sum + (i % 2 === 0 ? dash : 0), 0) / this.#cycle;
  }

  get visible(): boolean {
    return this.#dotted || this.#length >= leastLength * Math.max(this.#width, this.#height);
  }

  get #blurred(): boolean {
    return this.#cycle > 0 && this.#cycle < shortCycle * Math.max(this.#width, this.#height);
  }

  override moveTo(x: number, y: number): void {
    super.moveTo(x, y);
    this.#phase = this.#cycle > 0 ? this.#offset % this.#cycle : 0;
  }

  lineTo(x: number, y: number): void {
    const [fromX, fromY] = [this.x, this.y];
    this.x = x;
    this.y = y;
    if (this.visible) return;
    const length = Math.hypot(x - fromX, y - fromY);
    if (this.#dots && this.#contains(fromX, fromY)) this.#dotted = true;
    if (length === 0) return;
    const [low, high] = this.#within(fromX, fromY, x, y);
    const [begin, end] = [low * length, high * length];
    if (this.#cycle === 0 || this.#blurred) this.#length += Math.max(0, end - begin);
    else if (end > begin) this.#length += this.#dashed(begin, end);
    if (this.#cycle > 0) this.#phase = (this.#phase + length) % this.#cycle;
  }

  /** Length of the dashes between two distances from the last point. */
  #dashed(begin: number, end: number): number {
    const least = leastDash * Math.max(this.#width, this.#height);
    let length = 0;
    for (let at = begin - ((this.#phase + begin) % this.#cycle); at < end; ) {
      for (let i = 0; i < this.#dashes.length; i++) {
        const next = at + this.#dashes[i]!;
        const dash = i % 2 === 0 && this.#dashes[i]! >= least;
        if (dash) length += Math.max(0, Math.min(next, end) - Math.max(at, begin));
        at = next;
      }
    }
    return length;
  }

  #contains(x: number, y: number): boolean {
    const inset = this.#inset;
    return x >= inset && y >= inset && x <= this.#width - inset && y <= this.#height - inset;
  }

  /** The part of a line on the canvas, in shares of it (Liang, Barsky 1984). */
  #within(x0: number, y0: number, x1: number, y1: number): readonly [number, number] {
    let low = 0;
    let high = 1;
    for (const [from, to, most] of [
      [x0, x1, this.#width],
      [y0, y1, this.#height],
    ] as const) {
      const step = to - from;
      const least = this.#inset - from;
      const greatest = most - this.#inset - from;
      if (step === 0) {
        if (least > 0 || greatest < 0) return [0, 0];
        continue;
      }
      const [enter, leave] = step > 0 ? [least, greatest] : [greatest, least];
      low = Math.max(low, enter / step);
      high = Math.min(high, leave / step);
    }
    return low < high ? [low, high] : [0, 0];
  }
}
