/**
 * Rounds an arc to the grid.
 *
 * Rounding its radii and end points each on its own can change an arc much: a half circle whose
 * radius is rounded up becomes a flat one, and one that is nearly a whole circle turns about its
 * short chord, or vanishes. So of the integers next to each radius those are taken whose arc's middle
 * is nearest to the true one, and where even that is far off the arc is cut in two, whose shorter
 * parts depend less on their radii. An arc that lies on the grid already is left as it is.
 */
import { radiusRange } from "../limits.ts";
import { type ArcPoint, arcMiddle, type Ellipse } from "../path/arc.ts";

const truth: ArcPoint = { x: 0, y: 0 };
const tried: ArcPoint = { x: 0, y: 0 };

/** Rounded radii are preferred unless others come nearer by more than this, in grid units. */
const preference = 0.05;

/** An arc whose middle would move by more than this, in grid units, is cut in two. */
export const arcTolerance = 1;

/**
 * Sets the ellipse to integer radii and rotation, and returns by how much the arc's middle moves.
 *
 * @param x0 its beginning and (x1, y1) its end, before rounding
 * @param u0 its beginning and (u1, v1) its end, after rounding; they differ
 */
export function roundRadii(
  ellipse: Ellipse,
  large: boolean,
  sweep: boolean,
  x0: number,
  y0: number,
  x1: number,
  y1: number,
  u0: number,
  v0: number,
  u1: number,
  v1: number,
  grid: number,
): number {
  const circular = Math.abs(ellipse.rx - ellipse.ry) <= 1e-6 * ellipse.rx;
  arcMiddle(x0, y0, ellipse, large, sweep, x1, y1, truth);
  const most = radiusRange * grid;
  const rotation = Math.round(ellipse.rotation) % 180;
  const { rx, ry } = ellipse;
  let bestX = clamp(Math.round(rx), most);
  let bestY = circular ? bestX : clamp(Math.round(ry), most);
  ellipse.rotation = rotation;
  let least = Number.POSITIVE_INFINITY;
  // The rounded radii come first, then each combination with a radius rounded the other way.
  const otherX = clamp(otherRounding(rx), most);
  const otherY = circular ? otherX : clamp(otherRounding(ry), most);
  const roundedX = bestX;
  const roundedY = bestY;
  for (let i = 0; i < (circular ? 2 : 4); i++) {
    ellipse.rx = (i & 1) === 0 ? roundedX : otherX;
    ellipse.ry = circular ? ellipse.rx : (i & 2) === 0 ? roundedY : otherY;
    arcMiddle(u0, v0, ellipse, large, sweep, u1, v1, tried);
    const distance = Math.hypot(tried.x - truth.x, tried.y - truth.y) + (i === 0 ? 0 : preference);
    if (distance < least) {
      least = distance;
      bestX = ellipse.rx;
      bestY = ellipse.ry;
    }
  }
  ellipse.rx = bestX;
  ellipse.ry = bestY;
  if (bestX === bestY) ellipse.rotation = 0;
  return least;
}

function otherRounding(value: number): number {
  const rounded = Math.round(value);
  return rounded > value ? rounded - 1 : rounded + 1;
}

/** A radius of less than half a unit would make a line of the arc. */
function clamp(value: number, most: number): number {
  return Math.min(Math.max(value, 1), most);
}
