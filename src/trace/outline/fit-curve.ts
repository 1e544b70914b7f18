/**
 * Fits cubic curves to points (Philip Schneider, An Algorithm for Automatically Fitting Digitized Curves,
 * Graphics Gems, 1990): one curve by least squares, moved along and fitted again; where it lies too far off,
 * two, which meet smoothly where it was furthest.
 */
import type { Vec } from "./outline.ts";
import { direction, isStraight } from "./straight.ts";

/** null controls are a straight line. */
export interface Curve {
  readonly controls: readonly [Vec, Vec] | null;
  readonly to: Vec;
}

const iterations = 4;

/**
 * Curves from the first of the points to the last.
 * @param start direction in which they leave the first point, of length 1
 * @param end direction from the last point back, of length 1
 * @param tolerance by how much they may lie off the points
 */
export function fitCurve(
  points: readonly Vec[],
  start: Vec,
  end: Vec,
  tolerance: number,
  out: Curve[] = [],
): Curve[] {
  const [first, last] = [points[0]!, points.at(-1)!];
  if (points.length <= 2 || isStraight(points, 0, points.length - 1, 0.7 * tolerance)) {
    out.push({ controls: null, to: last });
    return out;
  }
  let shares = chordShares(points);
  let worst = { at: points.length >> 1, distance: Number.POSITIVE_INFINITY };
  for (let i = 0; i < iterations; i++) {
    const controls = leastSquares(points, shares, start, end);
    const cubic = [first, ...controls, last] as const;
    worst = furthest(points, shares, cubic);
    if (worst.distance <= tolerance) {
      out.push({ controls, to: last });
      return out;
    }
    if (worst.distance > 4 * tolerance) break;
    shares = shares.map((t, j) => nearer(cubic, points[j]!, t));
  }
  const middle = Math.min(points.length - 2, Math.max(1, worst.at));
  const reach = Math.max(2, Math.round(2 * tolerance));
  const along = direction(
    points[Math.max(0, middle - reach)]!,
    points[Math.min(points.length - 1, middle + reach)]!,
  );
  const back = { x: -along.x, y: -along.y };
  fitCurve(points.slice(0, middle + 1), start, back, tolerance, out);
  return fitCurve(points.slice(middle), along, end, tolerance, out);
}

function chordShares(points: readonly Vec[]): number[] {
  const sums = [0];
  for (let i = 1; i < points.length; i++) {
    const [p, q] = [points[i - 1]!, points[i]!];
    sums.push(sums[i - 1]! + Math.hypot(q.x - p.x, q.y - p.y));
  }
  const total = sums.at(-1)!;
  return sums.map((sum) => (total === 0 ? 0 : sum / total));
}

/** The control points along the two directions that lie best. */
function leastSquares(
  points: readonly Vec[],
  shares: readonly number[],
  start: Vec,
  end: Vec,
): [Vec, Vec] {
  const [first, last] = [points[0]!, points.at(-1)!];
  let [c00, c01, c11, x0, x1] = [0, 0, 0, 0, 0];
  const cosine = start.x * end.x + start.y * end.y;
  for (const [i, t] of shares.entries()) {
    const s = 1 - t;
    const [b0, b1, b2, b3] = [s ** 3, 3 * t * s * s, 3 * t * t * s, t ** 3];
    c00 += b1 * b1;
    c01 += b1 * b2 * cosine;
    c11 += b2 * b2;
    const p = points[i]!;
    const dx = p.x - (first.x * (b0 + b1) + last.x * (b2 + b3));
    const dy = p.y - (first.y * (b0 + b1) + last.y * (b2 + b3));
    x0 += b1 * (start.x * dx + start.y * dy);
    x1 += b2 * (end.x * dx + end.y * dy);
  }
  const determinant = c00 * c11 - c01 * c01;
  const chord = Math.hypot(last.x - first.x, last.y - first.y);
  let a = determinant === 0 ? 0 : (x0 * c11 - x1 * c01) / determinant;
  let b = determinant === 0 ? 0 : (c00 * x1 - c01 * x0) / determinant;
  // Where the equations say nothing sensible: Wu and Barsky's rule.
  const least = 1e-3 * chord;
  if (!(a > least && b > least && a < 4 * chord && b < 4 * chord)) a = b = chord / 3;
  return [
    { x: first.x + a * start.x, y: first.y + a * start.y },
    { x: last.x + b * end.x, y: last.y + b * end.y },
  ];
}

type Cubic = readonly [Vec, Vec, Vec, Vec];

function at([p, q, r, s]: Cubic, t: number): Vec {
  const u = 1 - t;
  const [a, b, c, d] = [u ** 3, 3 * u * u * t, 3 * u * t * t, t ** 3];
  return { x: a * p.x + b * q.x + c * r.x + d * s.x, y: a * p.y + b * q.y + c * r.y + d * s.y };
}

function furthest(points: readonly Vec[], shares: readonly number[], cubic: Cubic) {
  let worst = { at: 0, distance: 0 };
  for (const [i, p] of points.entries()) {
    const q = at(cubic, shares[i]!);
    const distance = Math.hypot(p.x - q.x, p.y - q.y);
    if (distance > worst.distance) worst = { at: i, distance };
  }
  return worst;
}

/** A step of Newton's towards the share where the curve is nearest to a point. */
function nearer(cubic: Cubic, point: Vec, t: number): number {
  const [p, q, r, s] = cubic;
  const here = at(cubic, t);
  const u = 1 - t;
  const slope = (axis: "x" | "y") =>
    3 *
    (u * u * (q[axis] - p[axis]) + 2 * u * t * (r[axis] - q[axis]) + t * t * (s[axis] - r[axis]));
  const bend = (axis: "x" | "y") =>
    6 * (u * (r[axis] - 2 * q[axis] + p[axis]) + t * (s[axis] - 2 * r[axis] + q[axis]));
  const [dx, dy] = [slope("x"), slope("y")];
  const off = (here.x - point.x) * dx + (here.y - point.y) * dy;
  const below = dx * dx + dy * dy + (here.x - point.x) * bend("x") + (here.y - point.y) * bend("y");
  return below === 0 ? t : Math.min(1, Math.max(0, t - off / below));
}
