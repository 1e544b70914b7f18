/**
 * Unions, intersections and differences of filled outlines, by path-bool, whose curves and arcs stay what
 * they are. Every result is held against its definition at some hundred points, as no such algorithm is
 * right for all inputs; and it is bounded by how many segments may cross.
 */
import {
  FillRule,
  type Path,
  PathBoolean,
  PathBooleanOperation,
  pathSegmentBoundingBox,
} from "path-bool";
import type { Area } from "./area.ts";
import { pathBounds } from "./bounds.ts";
import { FlatArea } from "./relation.ts";
import { SegmentList, segment, segmentLength } from "./segments.ts";

export type AreaOperation = "union" | "intersection" | "difference";

const operations = {
  union: PathBooleanOperation.Union,
  intersection: PathBooleanOperation.Intersection,
  difference: PathBooleanOperation.Difference,
} as const;

/** Segments of the two together. */
const mostSegments = 2 ** 12;
/** Ends this close are one, in the outlines' units. */
const joint = 1e-6;

/** How much may still be computed for a drawing. */
export class BooleanBudget {
  /** Pairs of segments whose boxes overlap. */
  left = 2 ** 12;
  /** Points that are held against lines. */
  comparisons = 2 ** 25;
}

/** null where it is too much, or cannot be told. */
export function combineAreas(
  operation: AreaOperation,
  a: Area,
  b: Area,
  budget: BooleanBudget,
): Area | null {
  if (budget.left < 0 || a.segments.count + b.segments.count > mostSegments) return null;
  const [first, second] = [pathOf(a.segments), pathOf(b.segments)];
  budget.left -= overlaps(first, second) + overlaps(first, first) + overlaps(second, second);
  if (budget.left < 0) return null;
  const rule = ({ evenOdd }: Area) => (evenOdd ? FillRule.EvenOdd : FillRule.NonZero);
  let paths: Path[];
  try {
    const inputs = [
      { path: first, fillRule: rule(a) },
      { path: second, fillRule: rule(b) },
    ];
    paths = new PathBoolean(inputs).get(operations[operation]);
  } catch {
    // It says by all kinds of errors that it cannot go on, and holds nothing that could be left open.
    return null;
  }
  const segments = new SegmentList();
  let loops = 0;
  for (const path of paths) loops += appendLoops(path, segments);
  const result = { segments, evenOdd: loops > 1 };
  return isRight(operation, a, b, result) ? result : null;
}

type PathSegment = Path[number];

function pathOf({ types, values, count }: SegmentList): Path {
  const path: PathSegment[] = [];
  let [x, y, startX, startY] = [0, 0, 0, 0];
  const line = (toX: number, toY: number) => {
    if (x !== toX || y !== toY) path.push(["L", [x, y], [toX, toY]]);
  };
  let at = 0;
  for (let i = 0; i < count; i++) {
    const type = types[i]!;
    const end = at + segmentLength[type]!;
    const v = values.subarray(at, end);
    const [toX, toY] = [values[end - 2]!, values[end - 1]!];
    at = end;
    if (type === segment.move || type === segment.close) {
      // A fill closes what is open.
      line(startX, startY);
      if (type === segment.move) [startX, startY] = [toX, toY];
      [x, y] = [startX, startY];
      continue;
    }
    const from: [number, number] = [x, y];
    const to: [number, number] = [toX, toY];
    if (type === segment.quadratic) path.push(["Q", from, [v[0]!, v[1]!], to]);
    else if (type === segment.cubic) path.push(["C", from, [v[0]!, v[1]!], [v[2]!, v[3]!], to]);
    else if (type === segment.arc && v[0] !== 0 && v[1] !== 0) {
      if (x === toX && y === toY) continue;
      const [rx, ry] = [Math.abs(v[0]!), Math.abs(v[1]!)];
      path.push(["A", from, rx, ry, v[2]!, v[3] === 1, v[4] === 1, to]);
    } else line(toX, toY);
    [x, y] = [toX, toY];
  }
  line(startX, startY);
  return path;
}

/** Pairs of segments, one of each, that may cross by their boxes; each also costs a little to compare. */
function overlaps(a: Path, b: Path): number {
  const [first, second] = [a.map(pathSegmentBoundingBox), b.map(pathSegmentBoundingBox)];
  let count = (a.length * b.length) / 2 ** 9;
  for (const p of first) {
    for (const q of second) {
      if (p.left <= q.right && q.left <= p.right && p.top <= q.bottom && q.top <= p.bottom) count++;
    }
  }
  // Neighbours touch, and each lies on itself.
  return a === b ? Math.max(0, count - 3 * a.length) / 2 : count;
}

/** @returns how many loops it is of. */
function appendLoops(path: Path, out: SegmentList): number {
  let loops = 0;
  let [x, y] = [Number.NaN, Number.NaN];
  for (const each of path) {
    const [startX, startY] = each[1];
    if (!(Math.abs(startX - x) <= joint && Math.abs(startY - y) <= joint)) {
      if (loops > 0) out.close();
      out.move(startX, startY);
      loops++;
    }
    switch (each[0]) {
      case "L":
        [x, y] = each[2];
        out.line(x, y);
        break;
      case "Q":
        [x, y] = each[3];
        out.quadratic(each[2][0], each[2][1], x, y);
        break;
      case "C":
        [x, y] = each[4];
        out.cubic(each[2][0], each[2][1], each[3][0], each[3][1], x, y);
        break;
      case "A":
        [x, y] = each[7];
        out.arc(each[2], each[3], each[4], each[5], each[6], x, y);
    }
  }
  if (loops > 0) out.close();
  return loops;
}

/** Points along a side, at which a result is held against its definition. */
const side = 14;
/** Of those, so many may differ, as they may lie on an edge. */
const mayDiffer = 2;

function isRight(operation: AreaOperation, a: Area, b: Area, result: Area): boolean {
  const bounds = pathBounds(a.segments);
  if (operation === "union") bounds.addBounds(pathBounds(b.segments));
  const { left, top, right, bottom } = bounds;
  const [inA, inB, found] = [new FlatArea(a), new FlatArea(b), new FlatArea(result)];
  const wanted = (x: number, y: number) => {
    if (operation === "union") return inA.holds(x, y) || inB.holds(x, y);
    return inA.holds(x, y) && inB.holds(x, y) === (operation === "intersection");
  };
  let differ = 0;
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      // Off the lattice on which drawings like to have their corners.
      const x = left + ((column + 0.4142 + 0.017 * row) / (side + 0.3)) * (right - left);
      const y = top + ((row + 0.5772) / (side + 0.2)) * (bottom - top);
      if (wanted(x, y) !== found.holds(x, y) && ++differ > mayDiffer) return false;
    }
  }
  return true;
}
