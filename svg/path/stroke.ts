/**
 * The area that a solid stroke paints, as an outline: along one side and back along the other, with caps and
 * joins (SVG 2, chapter 13). Every result is looked at along the path, whether it holds what it must.
 */
import type { Area } from "./area.ts";
import { aside, offsetPiece } from "./offset.ts";
import { directionsOf, type Piece, type Place, pointAt, reversed, subpathsOf } from "./pieces.ts";
import { FlatArea } from "./relation.ts";
import { SegmentList } from "./segments.ts";

export interface Pen {
  readonly width: number;
  readonly cap: "butt" | "round" | "square";
  readonly join: "miter" | "round" | "bevel";
  readonly miterLimit: number;
}

/** Pieces of a path; of one with more, no outline is made. */
export const mostPieces = 256;
/** Segments of an outline; a longer one could not be cut. */
const mostSegments = 2 ** 11;
/** Along each piece, and across the line at each of them. */
const [alongs, acrosses] = [
  [0.1, 0.37, 0.63, 0.9],
  [-0.7, 0, 0.7],
] as const;

/**
 * null where it is too much, or cannot be told, as where a curve is much tighter than the stroke is wide.
 * @param budget how many points may still be held against lines
 */
export function strokeArea(
  outline: SegmentList,
  pen: Pen,
  budget: { comparisons: number },
): Area | null {
  if (budget.comparisons < 0) return null;
  const subpaths = subpathsOf(outline);
  const pieces = subpaths.flatMap((each) => each.pieces);
  if (pieces.length > mostPieces) return null;
  const segments = new SegmentList();
  for (const { pieces: own, closed, start } of subpaths) {
    if (own.length === 0) dot(start, pen, segments);
    else if (closed) ring(own, pen, segments);
    else band(own, pen, segments);
  }
  const area = { segments, evenOdd: false };
  if (segments.count > mostSegments) return null;
  const flat = new FlatArea(area);
  budget.comparisons -= pieces.length * alongs.length * acrosses.length * flat.lines;
  if (budget.comparisons < 0) return null;
  return holdsAll(flat, pieces, pen.width / 2) ? area : null;
}

/** A path without length shows by its caps. */
function dot([x, y]: Place, { cap, width }: Pen, out: SegmentList): void {
  const h = width / 2;
  if (cap === "butt") return;
  if (cap === "round") {
    out.move(x + h, y);
    out.arc(h, h, 0, false, true, x - h, y);
    out.arc(h, h, 0, false, true, x + h, y);
  } else {
    out.move(x - h, y - h);
    out.line(x + h, y - h);
    out.line(x + h, y + h);
    out.line(x - h, y + h);
  }
  out.close();
}

function band(pieces: readonly Piece[], pen: Pen, out: SegmentList): void {
  const back = backwards(pieces);
  begin(pieces[0]!, pen, out);
  along(pieces, pen, out);
  cap(pieces.at(-1)!, pen, out);
  along(back, pen, out);
  cap(back.at(-1)!, pen, out);
  out.close();
}

function ring(pieces: readonly Piece[], pen: Pen, out: SegmentList): void {
  for (const side of [pieces, backwards(pieces)]) {
    if (isCovered(side, pen.width / 2)) continue;
    begin(side[0]!, pen, out);
    along(side, pen, out);
    corner(side.at(-1)!, side[0]!, pen, out);
    out.close();
  }
}

/** The inside of a circle that is no wider than its stroke. */
function isCovered(side: readonly Piece[], h: number): boolean {
  const [first] = side;
  if (first?.kind !== "arc" || first.turn > 0 || first.radius > h) return false;
  const [x, y] = first.centre;
  return side.every(
    (piece) => piece.kind === "arc" && Math.hypot(piece.centre[0] - x, piece.centre[1] - y) < 1e-6,
  );
}

function backwards(pieces: readonly Piece[]): Piece[] {
  return pieces.map(reversed).reverse();
}

function begin(piece: Piece, { width }: Pen, out: SegmentList): void {
  out.move(...aside(piece.from, directionsOf(piece)[0], width / 2));
}

function along(pieces: readonly Piece[], pen: Pen, out: SegmentList): void {
  for (const [i, piece] of pieces.entries()) {
    if (i > 0) corner(pieces[i - 1]!, piece, pen, out);
    offsetPiece(piece, pen.width / 2, out);
  }
}

function corner(before: Piece, after: Piece, pen: Pen, out: SegmentList): void {
  const h = pen.width / 2;
  const [, into] = directionsOf(before);
  const [away] = directionsOf(after);
  const at = after.from;
  const cross = into[0] * away[1] - into[1] * away[0];
  const dot = into[0] * away[0] + into[1] * away[1];
  const next = aside(at, away, h);
  if (dot > 0 && Math.abs(cross) < 1e-3) {
    out.line(...next);
    return;
  }
  if (cross < 0) {
    // On the inner side the two cross; what lies between is painted by both.
    out.line(...at);
    out.line(...next);
    return;
  }
  if (pen.join === "round") {
    out.arc(h, h, 0, false, true, ...next);
    return;
  }
  const isLong = (1 + dot) / 2 < 1 / (pen.miterLimit * pen.miterLimit);
  if (pen.join === "miter" && !isLong && dot > -0.999) {
    const sum: Place = [into[0] + away[0], into[1] + away[1]];
    out.line(...aside(at, sum, h / (1 + dot)));
  }
  out.line(...next);
}

/** From one side of an end to the other. */
function cap(last: Piece, { cap: kind, width }: Pen, out: SegmentList): void {
  const h = width / 2;
  const [, direction] = directionsOf(last);
  const end = aside(last.to, direction, -h);
  if (kind === "round") {
    out.arc(h, h, 0, false, true, ...end);
    return;
  }
  if (kind === "square") {
    const far: Place = [last.to[0] + h * direction[0], last.to[1] + h * direction[1]];
    out.line(...aside(far, direction, h));
    out.line(...aside(far, direction, -h));
  }
  out.line(...end);
}

/** Whether the area holds the path itself, and what lies well within the stroke to its sides. */
function holdsAll(flat: FlatArea, pieces: readonly Piece[], h: number): boolean {
  return pieces.every((piece) =>
    alongs.every((t) => {
      const [point, direction] = pointAt(piece, t);
      return acrosses.every((share) => flat.holds(...aside(point, direction, share * h)));
    }),
  );
}
