/**
 * Cuts outlines off at the sides of an upright box, curves too (after Sutherland and Hodgman). What
 * runs outside of a side is replaced by a line along it, which leaves the windings within the box as
 * they were.
 */
import { arcToCubics } from "./arc.ts";
import { SegmentList, segment, segmentLength } from "./segments.ts";

export interface ClipBox {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** A curve from the end of the one before: two control points and an end; lines have null. */
interface Piece {
  readonly control: readonly [number, number, number, number] | null;
  readonly x: number;
  readonly y: number;
}

interface Outline {
  readonly x: number;
  readonly y: number;
  readonly pieces: readonly Piece[];
  /** Whether it is closed, in what is stroked too. */
  readonly closed: boolean;
}

/** By how much curves may lie off the arc that they stand for. */
const arcError = 0.1;

/** The turn of an arc that may become one curve; the error falls with its sixth power. */
function largestTurn(radius: number): number {
  let turn = Math.PI / 2;
  for (let error = 2.8e-4 * radius; error > arcError && turn > 0.05; error /= 64) turn /= 2;
  return turn;
}

/**
 * @param filled whether open outlines are closed first, as a fill closes them
 * @returns lines, cubic curves and closepaths; nothing where all lies outside
 */
export function clipOutline(segments: SegmentList, box: ClipBox, filled: boolean): SegmentList {
  const out = new SegmentList();
  for (const outline of outlinesOf(segments, filled)) {
    let inside: Outline | null = outline;
    for (const side of sidesOf(box)) inside = inside && clipAt(inside, side);
    if (inside !== null) writeOutline(inside, out);
  }
  return out;
}

/** A line upright or level; `sign` is 1 where what is less is inside. */
interface Side {
  readonly axis: 0 | 1;
  readonly limit: number;
  readonly sign: 1 | -1;
}

function sidesOf({ left, top, right, bottom }: ClipBox): readonly Side[] {
  return [
    { axis: 0, limit: left, sign: -1 },
    { axis: 0, limit: right, sign: 1 },
    { axis: 1, limit: top, sign: -1 },
    { axis: 1, limit: bottom, sign: 1 },
  ];
}

function clipAt({ x, y, pieces, closed }: Outline, side: Side): Outline | null {
  const kept: Piece[] = [];
  let start: { x: number; y: number } | null = null;
  /** Whether the last piece ended inside. */
  let joined = false;
  let [fromX, fromY] = [x, y];
  for (const piece of pieces) {
    for (const part of cutAt(fromX, fromY, piece, side)) {
      if (isInside(fromX, fromY, part, side)) {
        if (start === null) start = { x: fromX, y: fromY };
        else if (!joined) kept.push({ control: null, x: fromX, y: fromY });
        kept.push(part);
        joined = true;
      } else joined = false;
      fromX = part.x;
      fromY = part.y;
    }
  }
  if (start === null) return null;
  const last = kept.at(-1);
  if (closed && (last?.x !== start.x || last.y !== start.y)) {
    kept.push({ control: null, x: start.x, y: start.y });
  }
  return { ...start, pieces: kept, closed };
}

/** The piece in parts that each lie on one side. */
function cutAt(x: number, y: number, piece: Piece, { axis, limit }: Side): readonly Piece[] {
  const from = axis === 0 ? x : y;
  const to = axis === 0 ? piece.x : piece.y;
  const { control } = piece;
  if (control === null) {
    if (from < limit === to < limit || from === to) return [piece];
    const t = (limit - from) / (to - from);
    if (!(t > 0 && t < 1)) return [piece];
    const at = { control: null, x: x + t * (piece.x - x), y: y + t * (piece.y - y) };
    return [axis === 0 ? { ...at, x: limit } : { ...at, y: limit }, piece];
  }
  const [p, q] = [control[axis], control[axis + 2]!];
  const least = Math.min(from, p, q, to);
  const most = Math.max(from, p, q, to);
  if (most <= limit || least >= limit) return [piece];
  return splitAll(x, y, piece, crossings(from - limit, p - limit, q - limit, to - limit));
}

/** Where a cubic curve of these control values is 0, by halving between its turning points. */
function crossings(a: number, b: number, c: number, d: number): number[] {
  const value = (t: number) => {
    const s = 1 - t;
    return s * s * s * a + 3 * s * s * t * b + 3 * s * t * t * c + t * t * t * d;
  };
  const [p, q, r] = [d - 3 * c + 3 * b - a, 2 * (c - 2 * b + a), b - a];
  const root = Math.sqrt(Math.max(0, q * q - 4 * p * r));
  const turns =
    Math.abs(p) > 1e-12 * (Math.abs(q) + Math.abs(r))
      ? [(-q - root) / (2 * p), (-q + root) / (2 * p)]
      : [-r / q];
  const marks = [0, ...turns.filter((t) => t > 0 && t < 1).sort((t, u) => t - u), 1];
  const found: number[] = [];
  for (let i = 1; i < marks.length; i++) {
    let [low, high] = [marks[i - 1]!, marks[i]!];
    const rising = value(low) < 0;
    if (rising === value(high) < 0) continue;
    for (let step = 0; step < 50; step++) {
      const middle = (low + high) / 2;
      if (value(middle) < 0 === rising) low = middle;
      else high = middle;
    }
    if (low > 0 && high < 1) found.push((low + high) / 2);
  }
  return found;
}

/** The parts of a curve between these shares of it (de Casteljau). */
function splitAll(x: number, y: number, piece: Piece, shares: readonly number[]): Piece[] {
  const parts: Piece[] = [];
  let rest = piece;
  let [fromX, fromY] = [x, y];
  let done = 0;
  for (const share of shares) {
    const t = (share - done) / (1 - done);
    const [first, second] = split(fromX, fromY, rest, t);
    parts.push(first);
    rest = second;
    fromX = first.x;
    fromY = first.y;
    done = share;
  }
  return [...parts, rest];
}

function split(x0: number, y0: number, piece: Piece, t: number): [Piece, Piece] {
  const [x1, y1, x2, y2] = piece.control!;
  const mix = (a: number, b: number) => a + t * (b - a);
  const [ax, ay] = [mix(x0, x1), mix(y0, y1)];
  const [bx, by] = [mix(x1, x2), mix(y1, y2)];
  const [cx, cy] = [mix(x2, piece.x), mix(y2, piece.y)];
  const [dx, dy] = [mix(ax, bx), mix(ay, by)];
  const [ex, ey] = [mix(bx, cx), mix(by, cy)];
  return [
    { control: [ax, ay, dx, dy], x: mix(dx, ex), y: mix(dy, ey) },
    { control: [ex, ey, cx, cy], x: piece.x, y: piece.y },
  ];
}

/** Of a piece that lies on one side: by its middle, as its ends may be on the line. */
function isInside(x: number, y: number, piece: Piece, { axis, limit, sign }: Side): boolean {
  const { control } = piece;
  const middle =
    control === null
      ? (axis === 0 ? x + piece.x : y + piece.y) / 2
      : ((axis === 0 ? x + piece.x : y + piece.y) + 3 * (control[axis] + control[axis + 2]!)) / 8;
  return sign * (middle - limit) <= 0;
}

function writeOutline({ x, y, pieces, closed }: Outline, out: SegmentList): void {
  out.move(x, y);
  const last = pieces.at(-1);
  for (const piece of pieces) {
    const { control, x: toX, y: toY } = piece;
    // The closepath draws the last line.
    if (closed && piece === last && control === null) break;
    if (control === null) out.line(toX, toY);
    else out.cubic(control[0], control[1], control[2], control[3], toX, toY);
  }
  if (closed) out.close();
}

const cubics = new SegmentList();

function outlinesOf(segments: SegmentList, filled: boolean): Outline[] {
  const outlines: Outline[] = [];
  const { types, values } = segments;
  let pieces: Piece[] = [];
  let [x, y, startX, startY] = [0, 0, 0, 0];
  const finish = (closed: boolean) => {
    if (pieces.length > 0) {
      if ((closed || filled) && (x !== startX || y !== startY)) {
        pieces.push({ control: null, x: startX, y: startY });
      }
      outlines.push({ x: startX, y: startY, pieces, closed: closed || filled });
    }
    pieces = [];
  };
  let at = 0;
  for (let i = 0; i < segments.count; i++) {
    const type = types[i]!;
    const end = at + segmentLength[type]!;
    if (type === segment.close) {
      finish(true);
      [x, y] = [startX, startY];
      continue;
    }
    const [toX, toY] = [values[end - 2]!, values[end - 1]!];
    switch (type) {
      case segment.move:
        finish(false);
        [startX, startY] = [toX, toY];
        break;
      case segment.line:
        pieces.push({ control: null, x: toX, y: toY });
        break;
      case segment.quadratic: {
        const [x1, y1] = [values[at]!, values[at + 1]!];
        const third = (from: number, to: number) => from + (2 / 3) * (to - from);
        const control = [third(x, x1), third(y, y1), third(toX, x1), third(toY, y1)] as const;
        pieces.push({ control, x: toX, y: toY });
        break;
      }
      case segment.cubic:
        pieces.push(cubicPiece(values, at));
        break;
      case segment.arc: {
        const [rx, ry] = [Math.abs(values[at]!), Math.abs(values[at + 1]!)];
        if (x === toX && y === toY) break;
        if (!(rx > 0 && ry > 0)) {
          pieces.push({ control: null, x: toX, y: toY });
          break;
        }
        const ellipse = { rx, ry, rotation: values[at + 2]! };
        const [large, sweep] = [values[at + 3] === 1, values[at + 4] === 1];
        cubics.clear();
        arcToCubics(x, y, ellipse, large, sweep, toX, toY, cubics, largestTurn(Math.max(rx, ry)));
        for (let j = 0; j < cubics.count; j++) pieces.push(cubicPiece(cubics.values, 6 * j));
      }
    }
    [x, y] = [toX, toY];
    at = end;
  }
  finish(false);
  return outlines;
}

function cubicPiece(values: Float64Array, at: number): Piece {
  const control = [values[at]!, values[at + 1]!, values[at + 2]!, values[at + 3]!] as const;
  return { control, x: values[at + 4]!, y: values[at + 5]! };
}
