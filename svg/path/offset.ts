/** Pieces of an outline moved aside, curves by curves of nearly the same course (Tiller and Hanson 1984). */
import { directionsOf, type Piece, type Place, pointAt } from "./pieces.ts";
import type { SegmentList } from "./segments.ts";

/** By how far a curve may be off, in the outline's units. */
const tolerance = 0.1;
/** Halvings of a curve. */
const deepest = 6;

/** A point moved to the side that lies outside of a path which turns from the x axis to the y axis. */
export function aside([x, y]: Place, [dx, dy]: Place, by: number): Place {
  return [x + by * dy, y - by * dx];
}

/** Appends the piece, moved aside, to an outline that stands at its moved start. */
export function offsetPiece(piece: Piece, by: number, out: SegmentList): void {
  const end = aside(piece.to, directionsOf(piece)[1], by);
  if (piece.kind === "cubic") {
    offsetCubic(piece, by, out, deepest);
    return;
  }
  if (piece.kind === "arc") {
    const radius = piece.radius + by * Math.sign(piece.turn);
    if (radius > tolerance) {
      const large = Math.abs(piece.turn) > Math.PI;
      out.arc(radius, radius, 0, large, piece.turn > 0, end[0], end[1]);
      return;
    }
  }
  out.line(end[0], end[1]);
}

type Cubic = Piece & { readonly kind: "cubic" };

function offsetCubic(curve: Cubic, by: number, out: SegmentList, depth: number): void {
  const [t0, t1] = directionsOf(curve);
  const [from, to] = [aside(curve.from, t0, by), aside(curve.to, t1, by)];
  const handles = handlesOf(curve, by, from, to, t0, t1);
  if (handles !== null) {
    const { a, b } = handles;
    const c1: Place = [from[0] + a * t0[0], from[1] + a * t0[1]];
    const c2: Place = [to[0] - b * t1[0], to[1] - b * t1[1]];
    const made: Cubic = { kind: "cubic", from, c1, c2, to };
    if ([0.25, 0.5, 0.75].every((t) => isNear(curve, made, by, t))) {
      out.cubic(c1[0], c1[1], c2[0], c2[1], to[0], to[1]);
      return;
    }
  }
  if (depth === 0) {
    out.line(to[0], to[1]);
    return;
  }
  for (const half of halves(curve)) offsetCubic(half, by, out, depth - 1);
}

/** How long they must be for the middles to meet; null where they would point backwards. */
function handlesOf(curve: Cubic, by: number, from: Place, to: Place, t0: Place, t1: Place) {
  const [point, direction] = pointAt(curve, 0.5);
  const middle = aside(point, direction, by);
  const x = (8 / 3) * (middle[0] - (from[0] + to[0]) / 2);
  const y = (8 / 3) * (middle[1] - (from[1] + to[1]) / 2);
  const cross = t0[0] * t1[1] - t0[1] * t1[0];
  if (Math.abs(cross) < 0.05) {
    const chord = Math.hypot(to[0] - from[0], to[1] - from[1]);
    return { a: chord / 3, b: chord / 3 };
  }
  const a = (x * t1[1] - y * t1[0]) / cross;
  const b = (x * t0[1] - y * t0[0]) / cross;
  return a >= 0 && b >= 0 ? { a, b } : null;
}

function isNear(curve: Cubic, made: Cubic, by: number, t: number): boolean {
  const [point, direction] = pointAt(curve, t);
  const [x, y] = aside(point, direction, by);
  const [[foundX, foundY]] = pointAt(made, t);
  // Along its course a point may lie elsewhere.
  const off = (foundX - x) * direction[1] - (foundY - y) * direction[0];
  const along = (foundX - x) * direction[0] + (foundY - y) * direction[1];
  return Math.abs(off) <= tolerance && Math.abs(along) <= 8 * tolerance + Math.abs(by) / 4;
}

function halves({ from, c1, c2, to }: Cubic): [Cubic, Cubic] {
  const middle = (a: Place, b: Place): Place => [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
  const [p, q, r] = [middle(from, c1), middle(c1, c2), middle(c2, to)];
  const [s, t] = [middle(p, q), middle(q, r)];
  const at = middle(s, t);
  return [
    { kind: "cubic", from, c1: p, c2: s, to: at },
    { kind: "cubic", from: at, c1: t, c2: r, to },
  ];
}
