/** An outline as stretches of lines, cubic curves and circular arcs, which can be turned around and moved aside. */
import { arcToCubics, radiusShortfall } from "./arc.ts";
import { SegmentList, segment, segmentLength } from "./segments.ts";

export type Place = readonly [x: number, y: number];

export type Piece =
  | { readonly kind: "line"; readonly from: Place; readonly to: Place }
  | {
      readonly kind: "cubic";
      readonly from: Place;
      readonly c1: Place;
      readonly c2: Place;
      readonly to: Place;
    }
  | {
      readonly kind: "arc";
      readonly from: Place;
      readonly to: Place;
      readonly centre: Place;
      readonly radius: number;
      /** Radians, above 0 from the x axis to the y axis. */
      readonly turn: number;
    };

export interface Subpath {
  readonly pieces: readonly Piece[];
  readonly closed: boolean;
  /** Where it begins; all that there is of a dot. */
  readonly start: Place;
}

/** Shorter than this, in the outline's units, is no piece. */
const least = 1e-9;

export function subpathsOf({ types, values, count }: SegmentList): Subpath[] {
  const subpaths: { pieces: Piece[]; closed: boolean; start: Place; isMoved: boolean }[] = [];
  let here: Place = [0, 0];
  let at = 0;
  const begin = (start: Place, isMoved = false) => {
    here = start;
    const subpath = { pieces: [] as Piece[], closed: false, start, isMoved };
    subpaths.push(subpath);
    return subpath;
  };
  let open = begin(here);
  for (let i = 0; i < count; i++) {
    const type = types[i]!;
    const v = values.subarray(at, at + segmentLength[type]!);
    at += v.length;
    if (type === segment.close) {
      if (apart(here, open.start)) open.pieces.push({ kind: "line", from: here, to: open.start });
      open.closed = true;
      open = begin(open.start);
      continue;
    }
    const to: Place = [v.at(-2)!, v.at(-1)!];
    if (type === segment.move) {
      open = begin(to, true);
      continue;
    }
    open.pieces.push(...piecesOf(type, here, v, to));
    here = to;
  }
  // What a closepath begins anew, and the list itself, is nothing until it is gone on with.
  return subpaths.filter(({ pieces, closed, isMoved }) => pieces.length > 0 || closed || isMoved);
}

function apart(a: Place, b: Place): boolean {
  return Math.hypot(a[0] - b[0], a[1] - b[1]) > least;
}

function piecesOf(type: number, from: Place, v: Float64Array, to: Place): Piece[] {
  if (type === segment.quadratic) {
    const control = [v[0]!, v[1]!] as const;
    const third = (end: Place): Place => [
      end[0] + (2 / 3) * (control[0] - end[0]),
      end[1] + (2 / 3) * (control[1] - end[1]),
    ];
    return cubic(from, third(from), third(to), to);
  }
  if (type === segment.cubic) return cubic(from, [v[0]!, v[1]!], [v[2]!, v[3]!], to);
  if (!apart(from, to)) return [];
  if (type !== segment.arc || v[0] === 0 || v[1] === 0) return [{ kind: "line", from, to }];
  const [rx, ry] = [Math.abs(v[0]!), Math.abs(v[1]!)];
  const ellipse = { rx, ry, rotation: v[2]! };
  const [large, sweep] = [v[3] === 1, v[4] === 1];
  if (rx === ry) return [circular(from, to, rx, large, sweep)];
  const curves = new SegmentList();
  arcToCubics(from[0], from[1], ellipse, large, sweep, to[0], to[1], curves);
  let start = from;
  return Array.from({ length: curves.count }, (_, i): Piece => {
    const c = curves.values.subarray(6 * i, 6 * i + 6);
    const end: Place = [c[4]!, c[5]!];
    const piece = { from: start, c1: [c[0]!, c[1]!], c2: [c[2]!, c[3]!], to: end } as const;
    start = end;
    return { kind: "cubic", ...piece };
  });
}

function cubic(from: Place, c1: Place, c2: Place, to: Place): Piece[] {
  if (apart(from, c1) || apart(c1, c2) || apart(c2, to))
    return [{ kind: "cubic", from, c1, c2, to }];
  return [];
}

function circular(from: Place, to: Place, r: number, large: boolean, sweep: boolean): Piece {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const radius = r * Math.max(1, radiusShortfall({ rx: r, ry: r, rotation: 0 }, dx, dy));
  const chord = Math.hypot(dx, dy);
  const height = Math.sqrt(Math.max(0, radius * radius - (chord * chord) / 4));
  // To the right of the chord in the sense of the turn, or to the left where the arc is the larger one.
  const side = large === sweep ? -height : height;
  const middle = [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2] as const;
  const centre: Place = [middle[0] - (side * dy) / chord, middle[1] + (side * dx) / chord];
  const angle = (p: Place) => Math.atan2(p[1] - centre[1], p[0] - centre[0]);
  const full = 2 * Math.PI;
  const forward = (((angle(to) - angle(from)) % full) + full) % full;
  return { kind: "arc", from, to, centre, radius, turn: sweep ? forward : forward - full };
}

export function reversed(piece: Piece): Piece {
  const { from: to, to: from } = piece;
  if (piece.kind === "line") return { ...piece, from, to };
  if (piece.kind === "arc") return { ...piece, from, to, turn: -piece.turn };
  return { ...piece, from, to, c1: piece.c2, c2: piece.c1 };
}

/** Unit vectors in which it begins and ends. */
export function directionsOf(piece: Piece): readonly [start: Place, end: Place] {
  const { from, to } = piece;
  if (piece.kind === "line") {
    const along = unit(from, to);
    return [along, along];
  }
  if (piece.kind === "cubic") {
    const { c1, c2 } = piece;
    const start = [c1, c2, to].find((each) => apart(from, each)) ?? to;
    const end = [c2, c1, from].find((each) => apart(to, each)) ?? from;
    return [unit(from, start), unit(end, to)];
  }
  const { centre, radius } = piece;
  const sign = Math.sign(piece.turn) / radius;
  const across = (p: Place): Place => [-sign * (p[1] - centre[1]), sign * (p[0] - centre[0])];
  return [across(from), across(to)];
}

function unit(from: Place, to: Place): Place {
  const length = Math.hypot(to[0] - from[0], to[1] - from[1]);
  return [(to[0] - from[0]) / length, (to[1] - from[1]) / length];
}

/** A point of it, and the direction there. @param t 0 to 1 */
export function pointAt(piece: Piece, t: number): readonly [point: Place, direction: Place] {
  const { from, to } = piece;
  if (piece.kind === "line") {
    const point = [from[0] + t * (to[0] - from[0]), from[1] + t * (to[1] - from[1])] as const;
    return [point, unit(from, to)];
  }
  if (piece.kind === "arc") {
    const { centre, radius, turn } = piece;
    const angle = Math.atan2(from[1] - centre[1], from[0] - centre[0]) + t * turn;
    const [x, y] = [Math.cos(angle), Math.sin(angle)];
    const sign = Math.sign(turn);
    return [
      [centre[0] + radius * x, centre[1] + radius * y],
      [-sign * y, sign * x],
    ];
  }
  const { c1, c2 } = piece;
  const s = 1 - t;
  const at = (i: 0 | 1) =>
    s * s * s * from[i] + 3 * s * s * t * c1[i] + 3 * s * t * t * c2[i] + t * t * t * to[i];
  const slope = (i: 0 | 1) =>
    s * s * (c1[i] - from[i]) + 2 * s * t * (c2[i] - c1[i]) + t * t * (to[i] - c2[i]);
  const [x, y] = [slope(0), slope(1)];
  const length = Math.hypot(x, y);
  const direction = length > least ? ([x / length, y / length] as const) : directionsOf(piece)[0];
  return [[at(0), at(1)], direction];
}
