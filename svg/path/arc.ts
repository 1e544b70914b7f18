/**
 * Elliptical arcs by their end points, as SVG writes them (SVG 2, appendix B.2).
 *
 * In the space where the ellipse is the unit circle everything is short: half the chord's length h
 * gives the arc's height over the chord, 1 - sqrt(1 - h²) for the smaller arc and 1 + sqrt(1 - h²)
 * for the larger one. Radii too small for the chord are scaled up until h is 1.
 */
import type { Matrix } from "../read/matrix.ts";
import { determinant } from "../read/matrix.ts";
import type { SegmentList } from "./segments.ts";

const degree = Math.PI / 180;

export interface Ellipse {
  rx: number;
  ry: number;
  /** Degrees, from 0 to below 180. */
  rotation: number;
}

/** The image of an ellipse's shape under the linear part of a map. */
export function transformEllipse(ellipse: Ellipse, m: Matrix): Ellipse {
  const { rx, ry } = ellipse;
  const rotation = turnBy(ellipse.rotation, 0);
  if (m.b === 0 && m.c === 0 && (rotation === 0 || m.a === m.d)) {
    return { rx: rx * Math.abs(m.a), ry: ry * Math.abs(m.d), rotation: rx === ry ? 0 : rotation };
  }
  if (m.a === 0 && m.d === 0 && rotation === 0) {
    return { rx: ry * Math.abs(m.c), ry: rx * Math.abs(m.b), rotation: 0 };
  }
  if (m.a === m.d && m.b === -m.c) {
    const scale = Math.hypot(m.a, m.b);
    const turned = turnBy(rotation, Math.atan2(m.b, m.a) / degree);
    return { rx: rx * scale, ry: ry * scale, rotation: rx === ry ? 0 : turned };
  }
  return singularValues(rx, ry, rotation * degree, m);
}

function turnBy(rotation: number, angle: number): number {
  const turned = (rotation + angle) % 180;
  if (!Number.isFinite(turned)) return 0;
  return turned < 0 ? turned + 180 : turned;
}

/** The unit circle's image has half axes of the singular values of the map from it. */
function singularValues(rx: number, ry: number, angle: number, m: Matrix): Ellipse {
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  const a = rx * (m.a * cos + m.c * sin);
  const b = rx * (m.b * cos + m.d * sin);
  const c = ry * (m.c * cos - m.a * sin);
  const d = ry * (m.d * cos - m.b * sin);
  const sum = Math.hypot(a + d, b - c);
  const difference = Math.hypot(a - d, b + c);
  const turned = (Math.atan2(b + c, a - d) + Math.atan2(b - c, a + d)) / 2;
  return {
    rx: (sum + difference) / 2,
    ry: Math.abs(sum - difference) / 2,
    rotation: turnBy(0, turned / degree),
  };
}

/** Whether a map turns the sense of rotation around. */
export function mirrors(m: Matrix): boolean {
  return determinant(m) < 0;
}

/** How many times the radii must grow for the arc to span its chord; at most 1 where they suffice. */
export function radiusShortfall(ellipse: Ellipse, dx: number, dy: number): number {
  const { rx, ry, rotation } = ellipse;
  if (rx === ry) return Math.sqrt(dx * dx + dy * dy) / (2 * rx);
  const cos = Math.cos(rotation * degree);
  const sin = Math.sin(rotation * degree);
  return Math.hypot((cos * dx + sin * dy) / rx, (cos * dy - sin * dx) / ry) / 2;
}

export interface ArcPoint {
  x: number;
  y: number;
}

/** Writes the point half way along an arc to `out`. */
export function arcMiddle(
  x0: number,
  y0: number,
  ellipse: Ellipse,
  large: boolean,
  sweep: boolean,
  x1: number,
  y1: number,
  out: ArcPoint,
): void {
  const { rx, ry } = ellipse;
  const turned = rx !== ry && ellipse.rotation !== 0;
  const cos = turned ? Math.cos(ellipse.rotation * degree) : 1;
  const sin = turned ? Math.sin(ellipse.rotation * degree) : 0;
  const dx = (cos * (x1 - x0) + sin * (y1 - y0)) / rx;
  const dy = (cos * (y1 - y0) - sin * (x1 - x0)) / ry;
  const chord = Math.sqrt(dx * dx + dy * dy);
  const h = chord / 2;
  const root = h < 1 ? Math.sqrt(1 - h * h) : 0;
  const height = h < 1 ? (large ? 1 + root : 1 - root) : h;
  const side = (sweep ? height : -height) / chord;
  const u = side * dy * rx;
  const v = -side * dx * ry;
  out.x = (x0 + x1) / 2 + cos * u - sin * v;
  out.y = (y0 + y1) / 2 + sin * u + cos * v;
}

/**
 * Appends the arc from (x0, y0) as cubic curves.
 *
 * @param most the turn of one curve, in radians: at most a quarter
 */
export function arcToCubics(
  x0: number,
  y0: number,
  ellipse: Ellipse,
  large: boolean,
  sweep: boolean,
  x1: number,
  y1: number,
  out: SegmentList,
  most = Math.PI / 2,
): void {
  const { rotation } = ellipse;
  const grow = Math.max(1, radiusShortfall(ellipse, x1 - x0, y1 - y0));
  const rx = ellipse.rx * grow;
  const ry = ellipse.ry * grow;
  const cos = Math.cos(rotation * degree);
  const sin = Math.sin(rotation * degree);
  /** Chord and centre where the ellipse is the unit circle and the chord's middle the origin. */
  const dx = (cos * (x1 - x0) + sin * (y1 - y0)) / rx / 2;
  const dy = (cos * (y1 - y0) - sin * (x1 - x0)) / ry / 2;
  const h = Math.hypot(dx, dy);
  const distance = Math.sqrt(Math.max(0, 1 - h * h)) / h;
  const side = large === sweep ? distance : -distance;
  const cx = side * dy;
  const cy = -side * dx;
  const from = Math.atan2(-dy - cy, -dx - cx);
  const to = Math.atan2(dy - cy, dx - cx);
  const turn = sweep
    ? (to - from + 2 * Math.PI) % (2 * Math.PI)
    : -((from - to + 2 * Math.PI) % (2 * Math.PI));
  const count = Math.max(1, Math.ceil(Math.abs(turn) / most - 1e-9));
  const step = turn / count;
  const reach = (4 / 3) * Math.tan(step / 4);
  const middleX = (x0 + x1) / 2;
  const middleY = (y0 + y1) / 2;
  const toX = (u: number, v: number) => middleX + cos * rx * (u + cx) - sin * ry * (v + cy);
  const toY = (u: number, v: number) => middleY + sin * rx * (u + cx) + cos * ry * (v + cy);
  for (let i = 0; i < count; i++) {
    const a = from + i * step;
    const b = a + step;
    const u1 = Math.cos(a) - reach * Math.sin(a);
    const v1 = Math.sin(a) + reach * Math.cos(a);
    const u2 = Math.cos(b) + reach * Math.sin(b);
    const v2 = Math.sin(b) - reach * Math.cos(b);
    const last = i === count - 1;
    const x = last ? x1 : toX(Math.cos(b), Math.sin(b));
    const y = last ? y1 : toY(Math.cos(b), Math.sin(b));
    out.cubic(toX(u1, v1), toY(u1, v1), toX(u2, v2), toY(u2, v2), x, y);
  }
}
