/** Rounds circles, rectangles and the like, which keep at least one unit of any size they have. */
import type { Appearance, EllipseShape, Point, RectShape, Shape } from "../drawing.ts";
import type { DropCounter } from "../drops.ts";
import { coordinateRange } from "../limits.ts";
import type { CanonicalOptions } from "../options.ts";
import { SegmentList } from "../path/segments.ts";
import { identity } from "../read/matrix.ts";
import type { BasicGeometry, Geometry } from "./geometry.ts";
import { traceShape } from "./outline.ts";
import { isNear, pathInRange, rangeBox } from "./range.ts";

const segments = new SegmentList();

/**
 * @param loose in grid units, its sizes not negative
 * @param appearance canonical
 * @returns null where nothing is painted
 */
export function canonicalShape(
  loose: BasicGeometry,
  appearance: Appearance,
  options: CanonicalOptions,
  drops: DropCounter,
): Shape | null {
  const rounded = roundShape(loose);
  if (rounded === null) return null;
  const { fill, fillRule, fillOpacity, stroke, opacity } = appearance;
  if (!inRange(rounded, coordinateRange * options.grid)) {
    const near = stroke === null && loose.kind === "rect" ? nearRect(loose, options.grid) : null;
    return near === null
      ? pathOf(loose, appearance, options, drops)
      : canonicalShape(near, appearance, options, drops);
  }
  if (options.shapes === "keep") {
    return { ...rounded, fill, fillRule, fillOpacity, stroke, opacity };
  }
  return pathOf(rounded, appearance, options, drops);
}

function pathOf(
  geometry: BasicGeometry,
  appearance: Appearance,
  options: CanonicalOptions,
  drops: DropCounter,
): Shape | null {
  segments.clear();
  traceShape(geometry, segments);
  const commands = pathInRange(segments, identity, appearance, options, drops);
  if (commands === null) return null;
  const { fill, fillRule, fillOpacity, stroke, opacity } = appearance;
  return { kind: "path", commands, fill, fillRule, fillOpacity, stroke, opacity };
}

/** A rectangle without corners, cut off where it is out of range; null where it is no such. */
function nearRect(rect: Geometry<RectShape>, grid: number): Geometry<RectShape> | null {
  const box = rangeBox(grid);
  const x = Math.max(rect.x, box.left);
  const y = Math.max(rect.y, box.top);
  const width = Math.min(rect.x + rect.width, box.right) - x;
  const height = Math.min(rect.y + rect.height, box.bottom) - y;
  const sharp = rect.rx === 0 && rect.ry === 0;
  const near = [rect.x, rect.y, rect.width, rect.height].every((side) => isNear(side, grid));
  return sharp && near && width > 0 && height > 0 ? { ...rect, x, y, width, height } : null;
}

function round(value: number): number {
  return Math.round(value) + 0;
}

function roundSize(value: number): number {
  return Math.max(1, Math.round(value));
}

function roundShape(loose: BasicGeometry): BasicGeometry | null {
  switch (loose.kind) {
    case "circle": {
      if (!(loose.r > 0)) return null;
      return { kind: "circle", cx: round(loose.cx), cy: round(loose.cy), r: roundSize(loose.r) };
    }
    case "ellipse":
      return roundEllipse(loose);
    case "rect":
      return roundRect(loose);
    case "line":
      return {
        kind: "line",
        x1: round(loose.x1),
        y1: round(loose.y1),
        x2: round(loose.x2),
        y2: round(loose.y2),
      };
    case "polyline":
    case "polygon": {
      const points = roundPoints(loose.points, loose.kind === "polygon");
      return points.length < 2 ? null : { kind: loose.kind, points };
    }
  }
}

function roundEllipse(loose: Geometry<EllipseShape>): BasicGeometry | null {
  if (!(loose.rx > 0 && loose.ry > 0)) return null;
  const [cx, cy] = [round(loose.cx), round(loose.cy)];
  const [rx, ry] = [roundSize(loose.rx), roundSize(loose.ry)];
  return rx === ry ? { kind: "circle", cx, cy, r: rx } : { kind: "ellipse", cx, cy, rx, ry };
}

/** Its edges are rounded, not its size, so that neighbours go on to touch. */
function roundRect(loose: Geometry<RectShape>): BasicGeometry | null {
  if (!(loose.width > 0 && loose.height > 0)) return null;
  const [x, y] = [round(loose.x), round(loose.y)];
  const width = Math.max(1, round(loose.x + loose.width) - x);
  const height = Math.max(1, round(loose.y + loose.height) - y);
  const rounded = loose.rx > 0 && loose.ry > 0;
  const radius = (value: number, side: number) => Math.min(roundSize(value), Math.ceil(side / 2));
  const rx = rounded ? radius(loose.rx, width) : 0;
  const ry = rounded ? radius(loose.ry, height) : 0;
  return { kind: "rect", x, y, width, height, rx, ry };
}

/** Points that repeat the one before are left out, but for the last one that makes a dot of two. */
function roundPoints(loose: readonly Point[], closed: boolean): Point[] {
  const points: Point[] = [];
  for (const point of loose) {
    const x = round(point.x);
    const y = round(point.y);
    const last = points.at(-1);
    if (last === undefined || last.x !== x || last.y !== y) points.push({ x, y });
  }
  const [first] = points;
  const last = points.at(-1);
  if (closed && points.length > 2 && first!.x === last!.x && first!.y === last!.y) points.pop();
  if (points.length === 1 && loose.length > 1) points.push({ ...points[0]! });
  return points;
}

function inRange(shape: BasicGeometry, most: number): boolean {
  const within = (value: number) => value >= -most && value <= most;
  switch (shape.kind) {
    case "circle":
      return within(shape.cx) && within(shape.cy) && within(shape.r);
    case "ellipse":
      return within(shape.cx) && within(shape.cy) && within(shape.rx) && within(shape.ry);
    case "rect":
      return (
        within(shape.x) &&
        within(shape.y) &&
        within(shape.x + shape.width) &&
        within(shape.y + shape.height)
      );
    case "line":
      return within(shape.x1) && within(shape.y1) && within(shape.x2) && within(shape.y2);
    case "polyline":
    case "polygon":
      return shape.points.every(({ x, y }) => within(x) && within(y));
  }
}
