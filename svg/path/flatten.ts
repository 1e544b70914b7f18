/** Walks along outlines by straight lines, curves in a few of them. */
import { arcToCubics } from "./arc.ts";
import type { ClipBox } from "./clip.ts";
import { SegmentList, segment, segmentLength } from "./segments.ts";

/** Of the arc that is walked along. */
const cubics = new SegmentList();

/** Lines that stand for one curve of at most a quarter turn, or for any other curve. */
const pieces = 16;

export abstract class OutlineWalker {
  #startX = 0;
  #startY = 0;
  #x = 0;
  #y = 0;
  /** Directions in which the outline began and in which its last line ran; (0, 0) before any. */
  #firstX = 0;
  #firstY = 0;
  #lastX = 0;
  #lastY = 0;
  #drawn = false;

  protected abstract line(x0: number, y0: number, x1: number, y1: number): void;

  /** An end of an open outline, and the direction away from it. */
  protected end(_x: number, _y: number, _dx: number, _dy: number): void {}

  /** A corner between two lines with their directions. */
  protected join(
    _x: number,
    _y: number,
    _inX: number,
    _inY: number,
    _outX: number,
    _outY: number,
  ): void {}

  walk(segments: SegmentList): void {
    const { types, values } = segments;
    let at = 0;
    for (let i = 0; i < segments.count; i++) {
      const type = types[i]!;
      const end = at + segmentLength[type]!;
      const [x, y] = [values[end - 2]!, values[end - 1]!];
      switch (type) {
        case segment.move:
          this.#finish();
          this.#begin(x, y);
          break;
        case segment.line:
          this.#lineTo(x, y);
          break;
        case segment.quadratic: {
          const [x1, y1] = [values[at]!, values[at + 1]!];
          const third = (from: number, to: number) => from + (2 / 3) * (to - from);
          const [ax, ay] = [third(this.#x, x1), third(this.#y, y1)];
          this.#curveTo(ax, ay, third(x, x1), third(y, y1), x, y);
          break;
        }
        case segment.cubic: {
          const [x1, y1, x2, y2] = [values[at]!, values[at + 1]!, values[at + 2]!, values[at + 3]!];
          this.#curveTo(x1, y1, x2, y2, x, y);
          break;
        }
        case segment.arc:
          this.#arcTo(values, at, x, y);
          break;
        case segment.close:
          this.#close();
      }
      at = end;
    }
    this.#finish();
  }

  #begin(x: number, y: number): void {
    [this.#startX, this.#startY, this.#x, this.#y] = [x, y, x, y];
    this.#firstX = this.#firstY = this.#lastX = this.#lastY = 0;
    this.#drawn = false;
  }

  #lineTo(x: number, y: number): void {
    const [dx, dy] = [x - this.#x, y - this.#y];
    this.#drawn = true;
    if (dx === 0 && dy === 0) return;
    this.line(this.#x, this.#y, x, y);
    if (this.#lastX !== 0 || this.#lastY !== 0) {
      this.join(this.#x, this.#y, this.#lastX, this.#lastY, dx, dy);
    } else [this.#firstX, this.#firstY] = [dx, dy];
    [this.#lastX, this.#lastY, this.#x, this.#y] = [dx, dy, x, y];
  }

  #curveTo(x1: number, y1: number, x2: number, y2: number, x: number, y: number): void {
    const [x0, y0] = [this.#x, this.#y];
    for (let i = 1; i < pieces; i++) {
      const t = i / pieces;
      const s = 1 - t;
      const [a, b, c, d] = [s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t];
      this.#lineTo(a * x0 + b * x1 + c * x2 + d * x, a * y0 + b * y1 + c * y2 + d * y);
    }
    this.#lineTo(x, y);
  }

  #arcTo(values: Float64Array, at: number, x: number, y: number): void {
    const [rx, ry] = [Math.abs(values[at]!), Math.abs(values[at + 1]!)];
    const ellipse = { rx, ry, rotation: values[at + 2]! };
    if (this.#x === x && this.#y === y) return;
    if (!(rx > 0 && ry > 0)) {
      this.#lineTo(x, y);
      return;
    }
    const [large, sweep] = [values[at + 3] === 1, values[at + 4] === 1];
    cubics.clear();
    arcToCubics(this.#x, this.#y, ellipse, large, sweep, x, y, cubics);
    for (let i = 0; i < cubics.count; i++) {
      const v = cubics.values.subarray(6 * i, 6 * i + 6);
      this.#curveTo(v[0]!, v[1]!, v[2]!, v[3]!, v[4]!, v[5]!);
    }
  }

  #close(): void {
    const [startX, startY] = [this.#startX, this.#startY];
    this.#lineTo(startX, startY);
    if (this.#firstX !== 0 || this.#firstY !== 0) {
      this.join(startX, startY, this.#lastX, this.#lastY, this.#firstX, this.#firstY);
    } else this.end(startX, startY, 0, 0);
    this.#begin(startX, startY);
  }

  #finish(): void {
    if (!this.#drawn) return;
    this.end(this.#startX, this.#startY, -this.#firstX, -this.#firstY);
    this.end(this.#x, this.#y, this.#lastX, this.#lastY);
    this.#drawn = false;
  }
}

class Ruler extends OutlineWalker {
  length = 0;

  protected override line(x0: number, y0: number, x1: number, y1: number): void {
    this.length += Math.hypot(x1 - x0, y1 - y0);
  }
}

/** The length of all lines and curves. */
export function outlineLength(segments: SegmentList): number {
  const ruler = new Ruler();
  ruler.walk(segments);
  return ruler.length;
}

class Planimeter extends OutlineWalker {
  area = 0;

  protected override line(x0: number, y0: number, x1: number, y1: number): void {
    this.area += (x0 * y1 - x1 * y0) / 2;
  }
}

/** The area within closed outlines, each positive where it turns clockwise on the screen. */
export function signedArea(segments: SegmentList): number {
  const planimeter = new Planimeter();
  planimeter.walk(segments);
  return planimeter.area;
}

class CoverTest extends OutlineWalker {
  winding = 0;
  crossed = false;
  readonly #box: ClipBox;
  readonly #x: number;
  readonly #y: number;

  constructor(box: ClipBox) {
    super();
    this.#box = box;
    this.#x = (box.left + box.right) / 2;
    this.#y = (box.top + box.bottom) / 2;
  }

  protected override line(x0: number, y0: number, x1: number, y1: number): void {
    if (this.crossed) return;
    this.crossed = crosses(x0, y0, x1, y1, this.#box);
    const [x, y] = [this.#x, this.#y];
    if (y0 <= y === y1 <= y) return;
    if (x0 + ((y - y0) / (y1 - y0)) * (x1 - x0) > x) this.winding += y1 > y0 ? 1 : -1;
  }
}

/** Whether a closed outline's fill covers a box wholly. */
export function fillCovers(segments: SegmentList, evenOdd: boolean, box: ClipBox): boolean {
  const test = new CoverTest(box);
  test.walk(segments);
  if (test.crossed) return false;
  return evenOdd ? (test.winding & 1) !== 0 : test.winding !== 0;
}

/** Whether a line runs through the inside of a box (after Liang and Barsky). */
function crosses(x0: number, y0: number, x1: number, y1: number, box: ClipBox): boolean {
  let [from, to] = [0, 1];
  const [dx, dy] = [x1 - x0, y1 - y0];
  const sides = [
    [-dx, x0 - box.left],
    [dx, box.right - x0],
    [-dy, y0 - box.top],
    [dy, box.bottom - y0],
  ] as const;
  for (const [slope, room] of sides) {
    if (slope === 0) {
      if (room <= 0) return false;
    } else if (slope < 0) from = Math.max(from, room / slope);
    else to = Math.min(to, room / slope);
  }
  return from < to;
}
