/** Outlines that are circles, which an arc says in fewer tokens than curves. */
import type { Outline } from "./outline.ts";

export interface FoundCircle {
  readonly cx: number;
  readonly cy: number;
  readonly r: number;
}

/** By least squares (Kåsa, 1976); null where a point lies further off than the tolerance. */
export function circleOf(outline: Outline, tolerance: number): FoundCircle | null {
  const n = outline.length;
  const mx = outline.reduce((sum, { x }) => sum + x, 0) / n;
  const my = outline.reduce((sum, { y }) => sum + y, 0) / n;
  let [xx, xy, yy, xz, yz, zz] = [0, 0, 0, 0, 0, 0];
  for (const point of outline) {
    const [x, y] = [point.x - mx, point.y - my];
    const z = x * x + y * y;
    xx += x * x;
    xy += x * y;
    yy += y * y;
    xz += x * z;
    yz += y * z;
    zz += z;
  }
  const determinant = 2 * (xx * yy - xy * xy);
  if (determinant === 0) return null;
  const dx = (xz * yy - yz * xy) / determinant;
  const dy = (yz * xx - xz * xy) / determinant;
  const [cx, cy] = [mx + dx, my + dy];
  const r = Math.sqrt(dx * dx + dy * dy + zz / n);
  const off = Math.min(tolerance, r / 6);
  const fits = outline.every(({ x, y }) => Math.abs(Math.hypot(x - cx, y - cy) - r) <= off);
  return fits ? { cx, cy, r } : null;
}
