/**
 * Whether a filled outline paints anything: winding numbers on 64 x 64 samples of the canvas, kept
 * up to date as segments come. A fill counts as visible when four neighbouring samples lie inside,
 * so that slivers, and outlines that cancel themselves, do not.
 */
import { OutlinePen } from "./outline-pen.ts";

const side = 64;
/** Samples lie off the integer grid, so that no edge between grid points runs along them. */
const phase = 0.4871;

export class Coverage extends OutlinePen {
  readonly #stepX: number;
  readonly #stepY: number;
  /** [side, side + 1]: what crossing edges add to the winding number, from each sample rightwards. */
  readonly #crossings: Int16Array;

  constructor(
    size: { readonly width: number; readonly height: number },
    crossings = new Int16Array(side * (side + 1)),
  ) {
    super(size);
    this.#stepX = size.width / side;
    this.#stepY = size.height / side;
    this.#crossings = crossings;
  }

  clone(): Coverage {
    const size = { width: this.#stepX * side, height: this.#stepY * side };
    const copy = new Coverage(size, this.#crossings.slice());
    copy.startX = this.startX;
    copy.startY = this.startY;
    copy.x = this.x;
    copy.y = this.y;
    return copy;
  }

  /** Begins a subpath; the one before is closed, as a fill closes it. */
  override moveTo(x: number, y: number): void {
    this.close();
    super.moveTo(x, y);
  }

  lineTo(x: number, y: number): void {
    this.#edge(this.#crossings, this.x, this.y, x, y);
    this.x = x;
    this.y = y;
  }

  /**
   * Whether the fill of what was drawn so far, with the open subpath closed, can be seen: whether
   * four neighbouring samples lie inside.
   * @param part of the canvas, from its upper left corner; all of it when left out.
   */
  visible(evenOdd: boolean, part?: { readonly width: number; readonly height: number }): boolean {
    const columns = Math.min(
      side,
      Math.floor((part?.width ?? Number.POSITIVE_INFINITY) / this.#stepX),
    );
    const rows = Math.min(
      side,
      Math.floor((part?.height ?? Number.POSITIVE_INFINITY) / this.#stepY),
    );
    const crossings = this.#crossings.slice();
    this.#edge(crossings, this.x, this.y, this.startX, this.startY);
    /** By column, for the row above: whether its sample is inside. */
    const above = new Uint8Array(side);
    for (let row = 0; row < rows; row++) {
      let winding = 0;
      let lastPair = 0;
      for (let column = 0; column < columns; column++) {
        winding += crossings[row * (side + 1) + column]!;
        const inside = (evenOdd ? (winding & 1) !== 0 : winding !== 0) ? 1 : 0;
        const pair = inside & above[column]!;
        if ((pair & lastPair) === 1) return true;
        lastPair = pair;
        above[column] = inside;
      }
    }
    return false;
  }

  #edge(crossings: Int16Array, x0: number, y0: number, x1: number, y1: number): void {
    if (y0 === y1) return;
    const direction = y1 > y0 ? 1 : -1;
    const top = Math.min(y0, y1) / this.#stepY - phase;
    const bottom = Math.max(y0, y1) / this.#stepY - phase;
    const firstRow = Math.max(0, Math.ceil(top));
    const lastRow = Math.min(side - 1, Math.ceil(bottom) - 1);
    const slope = (x1 - x0) / (y1 - y0);
    for (let row = firstRow; row <= lastRow; row++) {
      const x = x0 + slope * ((row + phase) * this.#stepY - y0);
      const column = Math.min(side, Math.max(0, Math.ceil(x / this.#stepX - phase)));
      const at = row * (side + 1) + column;
      crossings[at] = crossings[at]! + direction;
    }
  }
}
