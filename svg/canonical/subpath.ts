/** One way to write a subpath: which end or corner it begins at, and which way round it goes. */
import type { PathCommand, Point } from "../drawing.ts";

type Segment = Exclude<PathCommand, { readonly type: "M" | "Z" }>;

/** A subpath, its closing line written out. */
export interface Subpath {
  readonly start: Point;
  readonly segments: readonly Segment[];
  readonly closed: boolean;
}

export function subpathsOf(commands: readonly PathCommand[]): Subpath[] {
  const subpaths: { start: Point; segments: Segment[]; closed: boolean }[] = [];
  for (const command of commands) {
    if (command.type === "M") {
      subpaths.push({ start: { x: command.x, y: command.y }, segments: [], closed: false });
      continue;
    }
    const subpath = subpaths.at(-1)!;
    if (command.type !== "Z") {
      subpath.segments.push(command);
      continue;
    }
    const { start, segments } = subpath;
    subpath.closed = true;
    if (!samePoint(endOf(subpath), start)) segments.push({ type: "L", x: start.x, y: start.y });
  }
  return subpaths;
}

export function commandsOf({ start, segments, closed }: Subpath): PathCommand[] {
  const commands: PathCommand[] = [{ type: "M", x: start.x, y: start.y }, ...segments];
  if (!closed) return commands;
  // The closing line is drawn by the closepath itself.
  if (segments.length > 1 && segments.at(-1)!.type === "L") commands.pop();
  commands.push({ type: "Z" });
  return commands;
}

/** Begins at the topmost corner, of those the leftmost; of an open subpath, at the upper end. */
export function fromTheTop(subpath: Subpath): Subpath {
  return subpath.closed ? rotated(subpath) : upperEndFirst(subpath);
}

/** A closed subpath goes clockwise. */
export function clockwise(subpath: Subpath): Subpath {
  return subpath.closed && turn(subpath) < 0 ? reversed(subpath) : subpath;
}

export function comparePoints(a: Point, b: Point): number {
  return a.y - b.y || a.x - b.x;
}

function upperEndFirst(subpath: Subpath): Subpath {
  return comparePoints(endOf(subpath), subpath.start) < 0 ? reversed(subpath) : subpath;
}

function rotated(subpath: Subpath): Subpath {
  const { start, segments } = subpath;
  const corners = [start, ...segments.slice(0, -1)];
  let first = 0;
  for (const [i, corner] of corners.entries()) {
    if (comparePoints(corner, corners[first]!) < 0) first = i;
  }
  if (first === 0) return subpath;
  const { x, y } = corners[first]!;
  return {
    start: { x, y },
    segments: [...segments.slice(first), ...segments.slice(0, first)],
    closed: true,
  };
}

function reversed(subpath: Subpath): Subpath {
  const { segments, closed } = subpath;
  const points = [subpath.start, ...segments];
  const backwards = segments.map((segment, i) => backward(segment, points[i]!)).reverse();
  return { start: endOf(subpath), segments: backwards, closed };
}

/** The segment that leads back to where this one began. */
function backward(segment: Segment, { x, y }: Point): Segment {
  switch (segment.type) {
    case "L":
      return { type: "L", x, y };
    case "Q":
      return { type: "Q", x1: segment.x1, y1: segment.y1, x, y };
    case "C": {
      const { x1, y1, x2, y2 } = segment;
      return { type: "C", x1: x2, y1: y2, x2: x1, y2: y1, x, y };
    }
    case "A":
      return { ...segment, sweep: !segment.sweep, x, y };
  }
}

function endOf({ start, segments }: Pick<Subpath, "start" | "segments">): Point {
  return segments.at(-1) ?? start;
}

function samePoint(a: Point, b: Point): boolean {
  return a.x === b.x && a.y === b.y;
}

/** Above 0 for a clockwise turn, where y points down. Two half circles have no area but their bulge. */
function turn({ start, segments }: Subpath): number {
  let area = 0;
  let bulge = 0;
  let from: Point = start;
  const to = (point: Point) => {
    area += from.x * point.y - point.x * from.y;
    from = point;
  };
  for (const segment of segments) {
    if (segment.type === "Q" || segment.type === "C") to({ x: segment.x1, y: segment.y1 });
    if (segment.type === "C") to({ x: segment.x2, y: segment.y2 });
    if (segment.type === "A") bulge += segment.sweep ? 1 : -1;
    to({ x: segment.x, y: segment.y });
  }
  return area === 0 ? bulge : area;
}
