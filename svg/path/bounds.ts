/** Bounds of a path: exact ones, which gradients are measured by (SVG 2, section 8.10). */
import { arcToCubics } from "./arc.ts";
import { SegmentList, segment, segmentLength } from "./segments.ts";

export class Bounds {
  left = Number.POSITIVE_INFINITY;
  top = Number.POSITIVE_INFINITY;
  right = Number.NEGATIVE_INFINITY;
  bottom = Number.NEGATIVE_INFINITY;

  get empty(): boolean {
    return !(this.left <= this.right && this.top <= this.bottom);
  }

  add(x: number, y: number): void {
    if (x < this.left) this.left = x;
    if (x > this.right) this.right = x;
    if (y < this.top) this.top = y;
    if (y > this.bottom) this.bottom = y;
  }

  addBox(x: number, y: number, width: number, height: number): void {
    this.add(x, y);
    this.add(x + width, y + height);
  }

  addBounds({ left, top, right, bottom }: Bounds): void {
    this.add(left, top);
    this.add(right, bottom);
  }
}

export function pathBounds(segments: SegmentList): Bounds {
  const bounds = new Bounds();
  const { types, values } = segments;
  let x = 0;
  let y = 0;
  let startX = 0;
  let startY = 0;
  let at = 0;
  for (let i = 0; i < segments.count; i++) {
    const type = types[i]!;
    const end = at + segmentLength[type]!;
    if (type === segment.close) {
      x = startX;
      y = startY;
      continue;
    }
    const toX = values[end - 2]!;
    const toY = values[end - 1]!;
    if (type === segment.cubic) addCubic(bounds, x, y, values, at);
    else if (type === segment.quadratic) {
      addQuadratic(bounds, x, y, values[at]!, values[at + 1]!, toX, toY);
    } else if (type === segment.arc) addArc(bounds, x, y, values, at);
    if (type === segment.move) {
      startX = toX;
      startY = toY;
    }
    bounds.add(toX, toY);
    x = toX;
    y = toY;
    at = end;
  }
  return bounds;
}

const cubics = new SegmentList();

function addArc(bounds: Bounds, x0: number, y0: number, values: Float64Array, at: number): void {
  const rx = Math.abs(values[at]!);
  const ry = Math.abs(values[at + 1]!);
  const [x1, y1] = [values[at + 5]!, values[at + 6]!];
  if (!(rx > 0 && ry > 0) || (x0 === x1 && y0 === y1)) return;
  const ellipse = { rx, ry, rotation: values[at + 2]! };
  cubics.clear();
  arcToCubics(x0, y0, ellipse, values[at + 3] === 1, values[at + 4] === 1, x1, y1, cubics);
  let [x, y] = [x0, y0];
  for (let i = 0; i < cubics.count; i++) {
    addCubic(bounds, x, y, cubics.values, 6 * i);
    x = cubics.values[6 * i + 4]!;
    y = cubics.values[6 * i + 5]!;
    bounds.add(x, y);
  }
}

function addQuadratic(
  bounds: Bounds,
  x0: number,
  y0: number,
  x1: number,
  y1: number,
  x: number,
  y: number,
): void {
  const at = (t: number, a: number, b: number, c: number) =>
    (1 - t) * (1 - t) * a + 2 * t * (1 - t) * b + t * t * c;
  for (const t of [(x0 - x1) / (x0 - 2 * x1 + x), (y0 - y1) / (y0 - 2 * y1 + y)]) {
    if (t > 0 && t < 1) bounds.add(at(t, x0, x1, x), at(t, y0, y1, y));
  }
}

function addCubic(bounds: Bounds, x0: number, y0: number, values: Float64Array, at: number): void {
  const [x1, y1, x2, y2] = [values[at]!, values[at + 1]!, values[at + 2]!, values[at + 3]!];
  const [x, y] = [values[at + 4]!, values[at + 5]!];
  for (const t of [...turningPoints(x0, x1, x2, x), ...turningPoints(y0, y1, y2, y)]) {
    bounds.add(cubicAt(t, x0, x1, x2, x), cubicAt(t, y0, y1, y2, y));
  }
}

function cubicAt(t: number, a: number, b: number, c: number, d: number): number {
  const s = 1 - t;
  return s * s * s * a + 3 * s * s * t * b + 3 * s * t * t * c + t * t * t * d;
}

/** Where a coordinate's derivative is 0, within the curve. */
function turningPoints(a: number, b: number, c: number, d: number): number[] {
  const p = d - 3 * c + 3 * b - a;
  const q = 2 * (c - 2 * b + a);
  const r = b - a;
  const roots: number[] = [];
  if (Math.abs(p) < 1e-12 * (Math.abs(q) + Math.abs(r))) {
    if (q !== 0) roots.push(-r / q);
  } else {
    const square = q * q - 4 * p * r;
    if (square >= 0) {
      const root = Math.sqrt(square);
      roots.push((-q + root) / (2 * p), (-q - root) / (2 * p));
    }
  }
  return roots.filter((t) => t > 0 && t < 1);
}
