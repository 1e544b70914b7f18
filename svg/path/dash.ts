/** A path as the dashes that a stroke paints of it (SVG 2, section 13.5.6), each a path of its own. */
import { type Piece, type Place, pointAt, subpathsOf } from "./pieces.ts";
import { SegmentList } from "./segments.ts";
import { mostPieces } from "./stroke.ts";

export interface DashPattern {
  /** Lengths of dashes and gaps in turn, of which some are above 0. */
  readonly dashes: readonly number[];
  readonly dashOffset: number;
  readonly cap: "butt" | "round" | "square";
}

/** Dashes of a path; one with more is not taken apart. */
const mostDashes = 256;
/** Lines by which the length along a curve is told. */
const steps = 64;
/** A dash without length shows by its caps, which need a direction. */
const dot = 1e-4;

/**
 * null where there are too many dashes, or pieces to take them from, of which nothing is measured then.
 * @param budget how much may still be computed; every place along the path and every dash is charged
 */
export function dashedPath(
  outline: SegmentList,
  stroke: DashPattern,
  budget: { comparisons: number },
): SegmentList | null {
  const { dashes, dashOffset, cap } = stroke;
  budget.comparisons -= outline.count;
  if (budget.comparisons < 0) return null;
  const subpaths = subpathsOf(outline).filter(({ pieces }) => pieces.length > 0);
  const count = subpaths.reduce((sum, { pieces }) => sum + pieces.length, 0);
  if (count > mostPieces) return null;
  const pattern = dashes.length % 2 === 0 ? dashes : [...dashes, ...dashes];
  const period = pattern.reduce((sum, length) => sum + length, 0);
  budget.comparisons -= count * steps + subpaths.length * pattern.length;
  if (budget.comparisons < 0) return null;
  const offset = ((dashOffset % period) + period) % period;
  const out = new SegmentList();
  let left = mostDashes;
  for (const { pieces, closed } of subpaths) {
    const course = new Course(pieces);
    const made = spansOf(course.length, pattern, offset, left);
    left -= made.length;
    budget.comparisons -= made.length * pieces.length;
    if (left < 0 || budget.comparisons < 0) return null;
    const spans = made.filter(([from, to]) => cap !== "butt" || to - from > dot);
    const whole = spans.length === 1 && spans[0]![0] === 0 && spans[0]![1] === course.length;
    if (whole && closed) {
      write(pieces, out);
      out.close();
      continue;
    }
    // Where a closed path begins within a dash, that is one with the last.
    const [first, last] = [spans[0], spans.at(-1)];
    const isJoined = closed && spans.length > 1 && first![0] === 0 && last![1] === course.length;
    if (isJoined) write([...course.part(...last!), ...course.part(...first!)], out);
    for (const span of isJoined ? spans.slice(1, -1) : spans) write(course.part(...span), out);
  }
  return out;
}

type Span = readonly [from: number, to: number];

/** Those that show, and one more than `most` where there are more. */
function spansOf(length: number, pattern: readonly number[], offset: number, most: number): Span[] {
  const spans: Span[] = [];
  let at = -offset;
  for (let i = 0; at < length && spans.length <= most; i++) {
    const end = at + pattern[i % pattern.length]!;
    const [from, to] = [Math.max(at, 0), Math.min(end, length)];
    const isDot = from === end;
    if (i % 2 === 0 && (to > from || isDot)) {
      spans.push(isDot ? [from, Math.min(from + dot, length)] : [from, to]);
    }
    at = end;
  }
  return spans;
}

/** Pieces one after the other, by the length along them. */
class Course {
  readonly #pieces: readonly {
    readonly piece: Piece;
    readonly from: number;
    readonly table: Table;
  }[];
  readonly length: number;

  constructor(pieces: readonly Piece[]) {
    let length = 0;
    this.#pieces = pieces.map((piece) => {
      const from = length;
      const table = tableOf(piece);
      length += table.at(-1)!;
      return { piece, from, table };
    });
    this.length = length;
  }

  part(from: number, to: number): Piece[] {
    return this.#pieces.flatMap(({ piece, from: start, table }) => {
      const length = table.at(-1)!;
      const [a, b] = [Math.max(0, from - start), Math.min(length, to - start)];
      return a < b ? [cut(piece, shareAt(table, a), shareAt(table, b))] : [];
    });
  }
}

/** Lengths up to each of some evenly spaced places of a piece. */
type Table = readonly number[];

function tableOf(piece: Piece): Table {
  if (piece.kind === "arc") return [0, piece.radius * Math.abs(piece.turn)];
  if (piece.kind === "line") return [0, apart(piece.from, piece.to)];
  const lengths = [0];
  let before = piece.from;
  for (let i = 1; i <= steps; i++) {
    const [point] = pointAt(piece, i / steps);
    lengths.push(lengths[i - 1]! + apart(before, point));
    before = point;
  }
  return lengths;
}

function apart([ax, ay]: Place, [bx, by]: Place): number {
  return Math.hypot(bx - ax, by - ay);
}

/** Where along a piece, 0 to 1, a length lies. */
function shareAt(table: Table, length: number): number {
  const last = table.length - 1;
  const above = table.findIndex((each) => each >= length);
  if (above === -1) return 1;
  if (above === 0) return 0;
  const [low, high] = [table[above - 1]!, table[above]!];
  return (above - 1 + (length - low) / (high - low)) / last;
}

function cut(piece: Piece, a: number, b: number): Piece {
  const from = a === 0 ? piece.from : pointAt(piece, a)[0];
  const to = b === 1 ? piece.to : pointAt(piece, b)[0];
  if (piece.kind === "line") return { ...piece, from, to };
  if (piece.kind === "arc") return { ...piece, from, to, turn: (b - a) * piece.turn };
  return { ...piece, from, to, c1: blossom(piece, a, a, b), c2: blossom(piece, a, b, b) };
}

/** The curve's polar form (Ramshaw 1989), by which control points of its parts are told. */
function blossom({ from, c1, c2, to }: Piece & { readonly kind: "cubic" }, ...at: number[]): Place {
  let points: Place[] = [from, c1, c2, to];
  for (const t of at) {
    points = points.slice(1).map(([x, y], i): Place => {
      const [px, py] = points[i]!;
      return [px + t * (x - px), py + t * (y - py)];
    });
  }
  return points[0]!;
}

function write(pieces: readonly Piece[], out: SegmentList): void {
  const [first] = pieces;
  if (first === undefined) return;
  out.move(...first.from);
  for (const piece of pieces) {
    const [x, y] = piece.to;
    if (piece.kind === "line") out.line(x, y);
    else if (piece.kind === "cubic") out.cubic(...piece.c1, ...piece.c2, x, y);
    else {
      const large = Math.abs(piece.turn) > Math.PI;
      out.arc(piece.radius, piece.radius, 0, large, piece.turn > 0, x, y);
    }
  }
}
