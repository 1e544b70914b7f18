/** Outlines as few curves: corners are found and kept, and what lies between them is fitted. */
import { circleOf, type FoundCircle } from "./circle.ts";
import { type Curve, fitCurve } from "./fit-curve.ts";
import { doubleArea, type Outline, type Vec } from "./outline.ts";
import { direction, straightStretches } from "./straight.ts";

export interface FittedOutline {
  readonly start: Vec;
  readonly curves: readonly Curve[];
  /** In place of the curves, where it is one. */
  readonly circle: FoundCircle | null;
}

/** Turns above this, in degrees, are corners. */
const cornerTurn = 42;
/**
 * Of the tolerance: how straight a stretch must be, and how long, to be drawn as a line. So no part of a
 * circle that fits into the picture is one.
 */
const straightOff = 0.3;
const straightLength = 32;

/**
 * @param tolerance pixels by which curves may lie off the outline
 * @returns null for one too small to be seen at that tolerance
 */
export function simplifyOutline(outline: Outline, tolerance: number): FittedOutline | null {
  if (Math.abs(doubleArea(outline)) / 2 < 4 * tolerance * tolerance) return null;
  const circle = circleOf(outline, tolerance);
  if (circle !== null) return { start: outline[0]!, curves: [], circle };
  const corners = cornersOf(outline, Math.max(2, 2.5 * tolerance));
  const n = outline.length;
  const at = (i: number) => outline[((i % n) + n) % n]!;
  // Without a corner it begins at its topmost point, and goes on there as it ends.
  const smooth = corners.length === 0;
  const marks = smooth ? [topmost(outline)] : corners;
  const curves: Curve[] = [];
  for (const [i, from] of marks.entries()) {
    const to = i + 1 < marks.length ? marks[i + 1]! : marks[0]! + n;
    const points = Array.from({ length: to - from + 1 }, (_, j) => at(from + j));
    const ahead = Math.min(3, points.length - 1);
    const across = direction(at(from - 2), at(from + 2));
    const start = smooth ? across : direction(points[0]!, points[ahead]!);
    const end = smooth
      ? { x: -across.x, y: -across.y }
      : direction(points.at(-1)!, points.at(-1 - ahead)!);
    fitPart(points, start, end, tolerance, curves);
  }
  return { start: at(marks[0]!), curves: merged(at(marks[0]!), curves, tolerance), circle: null };
}

/** Straight stretches as lines, and curves that leave and meet them in their direction. */
function fitPart(
  points: readonly Vec[],
  start: Vec,
  end: Vec,
  tolerance: number,
  out: Curve[],
): void {
  const reversed = ({ x, y }: Vec): Vec => ({ x: -x, y: -y });
  let done = 0;
  let leaving = start;
  for (const { from, to } of straightStretches(
    points,
    straightOff * tolerance,
    straightLength * tolerance,
  )) {
    const along = direction(points[from]!, points[to]!);
    if (from > done) {
      fitCurve(points.slice(done, from + 1), leaving, reversed(along), tolerance, out);
    }
    out.push({ controls: null, to: points[to]! });
    leaving = along;
    done = to;
  }
  if (done < points.length - 1) fitCurve(points.slice(done), leaving, end, tolerance, out);
}

/** Indices of the corners, rising: where the outline turns most, and much, within a few pixels. */
function cornersOf(outline: Outline, reach: number): number[] {
  const n = outline.length;
  const turns = outline.map((point, i) => {
    const before = walk(outline, i, -1, reach);
    const after = walk(outline, i, 1, reach);
    const [u, v] = [direction(before, point), direction(point, after)];
    return (Math.abs(Math.atan2(u.x * v.y - u.y * v.x, u.x * v.x + u.y * v.y)) * 180) / Math.PI;
  });
  return turns.flatMap((turn, i) => {
    if (turn < cornerTurn) return [];
    // The sharpest within its reach; of equals the first.
    let length = 0;
    for (let j = 1; j < n / 2 && length <= reach; j++) {
      const [next, back] = [(i + j) % n, (i - j + n) % n];
      if (turns[next]! > turn || turns[back]! >= turn) return [];
      const last = outline[(i + j - 1) % n]!;
      length += Math.hypot(outline[next]!.x - last.x, outline[next]!.y - last.y);
    }
    return [i];
  });
}

/** The point about so far along the outline. */
function walk(outline: Outline, from: number, step: 1 | -1, reach: number): Vec {
  const n = outline.length;
  let length = 0;
  let i = from;
  for (let steps = 0; steps < n / 3 && length < reach; steps++) {
    const next = (i + step + n) % n;
    length += Math.hypot(outline[next]!.x - outline[i]!.x, outline[next]!.y - outline[i]!.y);
    i = next;
  }
  return outline[i]!;
}

function topmost(outline: Outline): number {
  let top = 0;
  for (const [i, { x, y }] of outline.entries()) {
    const best = outline[top]!;
    if (y < best.y || (y === best.y && x < best.x)) top = i;
  }
  return top;
}

/** Lines that follow one another in one direction are one line. */
function merged(start: Vec, curves: readonly Curve[], tolerance: number): Curve[] {
  const out: Curve[] = [];
  for (const curve of curves) {
    const last = out.at(-1);
    if (curve.controls === null && last?.controls === null) {
      const from = out.at(-2)?.to ?? start;
      const u = direction(from, curve.to);
      const off = Math.abs((last.to.x - from.x) * u.y - (last.to.y - from.y) * u.x);
      if (off <= tolerance / 2) out.pop();
    }
    out.push(curve);
  }
  return out;
}
