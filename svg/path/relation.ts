/** How two filled outlines lie to each other, but for a little at their edges. */
import type { Area } from "./area.ts";
import { OutlineWalker } from "./flatten.ts";
import { SegmentList, segment, segmentLength } from "./segments.ts";

export type Relation = "within" | "covers" | "apart" | "crossing";

/** Points of an outline that are looked at; one of more is taken to cross. */
const mostPoints = 2 ** 12;
/** Units between the points along an outline. */
const spacing = 2;

/**
 * @param tolerance by how far one may reach beyond the other's edge
 * @param budget how much may still be compared
 * @returns `within` where all of `a` lies in `b`, `covers` where all of `b` lies in `a`
 */
export function relationOf(
  a: Area,
  b: Area,
  tolerance: number,
  budget: { comparisons: number },
): Relation {
  if (budget.comparisons < 0) return "crossing";
  const [first, second] = [new FlatArea(a), new FlatArea(b)];
  const [ofA, ofB] = [first.points(), second.points()];
  if (ofA === null || ofB === null) return "crossing";
  budget.comparisons -= ofA.length * second.lines + ofB.length * first.lines;
  if (budget.comparisons < 0) return "crossing";
  // Of either outline: whether it has points well inside of the other, or well outside.
  const [aIn, aOut] = placesIn(ofA, second, tolerance);
  const [bIn, bOut] = placesIn(ofB, first, tolerance);
  if (!aOut && !bIn) return "within";
  if (!bOut && !aIn) return "covers";
  return !aIn && !bIn && !first.holdsMiddleOf(second) ? "apart" : "crossing";
}

function placesIn(
  points: Float64Array,
  area: FlatArea,
  tolerance: number,
): [inside: boolean, outside: boolean] {
  let [inside, outside] = [false, false];
  for (let i = 0; i < points.length && !(inside && outside); i += 2) {
    const [x, y] = [points[i]!, points[i + 1]!];
    const holds = area.holds(x, y);
    if (holds ? inside : outside) continue;
    if (area.isNearEdge(x, y, tolerance)) continue;
    if (holds) inside = true;
    else outside = true;
  }
  return [inside, outside];
}

/** An area by the straight lines around it. */
export class FlatArea extends OutlineWalker {
  readonly #lines: number[] = [];
  readonly #evenOdd: boolean;

  constructor({ segments, evenOdd }: Area) {
    super();
    this.#evenOdd = evenOdd;
    this.walk(withClosepaths(segments));
  }

  protected override line(x0: number, y0: number, x1: number, y1: number): void {
    this.#lines.push(x0, y0, x1, y1);
  }

  /** How many lines it has. */
  get lines(): number {
    return this.#lines.length / 4;
  }

  /** Along the outline, x and y in turn; null where there are too many. */
  points(): Float64Array | null {
    const points: number[] = [];
    const lines = this.#lines;
    for (let i = 0; i < lines.length; i += 4) {
      const [x0, y0, x1, y1] = [lines[i]!, lines[i + 1]!, lines[i + 2]!, lines[i + 3]!];
      const steps = Math.ceil(Math.hypot(x1 - x0, y1 - y0) / spacing);
      if (points.length + 2 * steps > 2 * mostPoints) return null;
      for (let step = 0; step < steps; step++) {
        points.push(x0 + (step / steps) * (x1 - x0), y0 + (step / steps) * (y1 - y0));
      }
    }
    return Float64Array.from(points);
  }

  holds(x: number, y: number): boolean {
    let winding = 0;
    const lines = this.#lines;
    for (let i = 0; i < lines.length; i += 4) {
      const [y0, y1] = [lines[i + 1]!, lines[i + 3]!];
      if (y0 <= y === y1 <= y) continue;
      const [x0, x1] = [lines[i]!, lines[i + 2]!];
      if (x0 + ((y - y0) / (y1 - y0)) * (x1 - x0) > x) winding += y1 > y0 ? 1 : -1;
    }
    return this.#evenOdd ? (winding & 1) !== 0 : winding !== 0;
  }

  /** Whether the outline comes this close. */
  isNearEdge(x: number, y: number, distance: number): boolean {
    const lines = this.#lines;
    const most = distance * distance;
    for (let i = 0; i < lines.length; i += 4) {
      const [x0, y0] = [lines[i]!, lines[i + 1]!];
      const [dx, dy] = [lines[i + 2]! - x0, lines[i + 3]! - y0];
      const length = dx * dx + dy * dy;
      const t = length === 0 ? 0 : ((x - x0) * dx + (y - y0) * dy) / length;
      const along = Math.min(1, Math.max(0, t));
      const [offX, offY] = [x - x0 - along * dx, y - y0 - along * dy];
      if (offX * offX + offY * offY <= most) return true;
    }
    return false;
  }

  /** Whether the two are one, but for their edges, is told by a point of either. */
  holdsMiddleOf(other: FlatArea): boolean {
    const lines = other.#lines;
    for (let i = 0; i < lines.length; i += 4) {
      const [x0, y0, x1, y1] = [lines[i]!, lines[i + 1]!, lines[i + 2]!, lines[i + 3]!];
      const length = Math.hypot(x1 - x0, y1 - y0);
      if (length === 0) continue;
      // A little to either side of the middle of a line.
      const [mx, my] = [(x0 + x1) / 2, (y0 + y1) / 2];
      const [nx, ny] = [(y0 - y1) / length, (x1 - x0) / length];
      for (const off of [-2, 2]) {
        const [x, y] = [mx + off * nx, my + off * ny];
        if (this.holds(x, y) && other.holds(x, y)) return true;
      }
    }
    return false;
  }
}

/** As a fill closes what is open. */
function withClosepaths({ types, values, count }: SegmentList): SegmentList {
  const out = new SegmentList();
  let at = 0;
  for (let i = 0; i < count; i++) {
    const type = types[i]!;
    const length = segmentLength[type]!;
    if (type === segment.move && i > 0 && types[i - 1] !== segment.close) out.close();
    const place = out.append(type);
    for (let j = 0; j < length; j++) out.values[place + j] = values[at + j]!;
    at += length;
  }
  if (count > 0 && types[count - 1] !== segment.close) out.close();
  return out;
}
