/** Straight stretches of an outline, which a curve through them would bend. */
import type { Vec } from "./outline.ts";

/** Points by their indices. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/**
 * The stretches that lie within `off` of their chord and are at least `least` long, in pixels; none overlaps
 * the one before.
 */
export function straightStretches(points: readonly Vec[], off: number, least: number): Stretch[] {
  const found: Stretch[] = [];
  let from = 0;
  while (from < points.length - 2) {
    const to = furthestStraight(points, from, off);
    const [a, b] = [points[from]!, points[to]!];
    if (Math.hypot(b.x - a.x, b.y - a.y) >= least) {
      found.push({ from, to });
      from = to;
    } else from++;
  }
  return found;
}

/** By doubling, then halving: what is straight is so in all of its parts, near enough. */
function furthestStraight(points: readonly Vec[], from: number, off: number): number {
  const last = points.length - 1;
  let good = from + 1;
  let step = 1;
  while (good < last && isStraight(points, from, Math.min(last, good + step), off)) {
    good = Math.min(last, good + step);
    step *= 2;
  }
  while (step > 1) {
    step = step >> 1;
    const next = good + step;
    if (next <= last && isStraight(points, from, next, off)) good = next;
  }
  return good;
}

/** Whether points lie along the line from one to another, and between these. */
export function isStraight(points: readonly Vec[], from: number, to: number, off: number): boolean {
  const [a, b] = [points[from]!, points[to]!];
  const length = Math.hypot(b.x - a.x, b.y - a.y);
  const u = direction(a, b);
  for (let i = from + 1; i < to; i++) {
    const [dx, dy] = [points[i]!.x - a.x, points[i]!.y - a.y];
    const along = dx * u.x + dy * u.y;
    if (Math.abs(dx * u.y - dy * u.x) > off || along < -off || along > length + off) return false;
  }
  return true;
}

/** Of length 1; to the right where the two are one. */
export function direction(from: Vec, to: Vec): Vec {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const length = Math.hypot(dx, dy);
  return length === 0 ? { x: 1, y: 0 } : { x: dx / length, y: dy / length };
}
