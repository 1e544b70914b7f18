/**
 * The geometry of an element on its way to the grid. A shape that the map to the grid leaves what it
 * is stays one, with its coordinates mapped; any other becomes segments in user coordinates, which
 * are mapped as they are rounded.
 */

import type { BasicGeometry } from "../canonical/geometry.ts";
import { traceShape } from "../canonical/outline.ts";
import type { Point } from "../drawing.ts";
import { parsePath } from "../path/parse.ts";
import type { SegmentList } from "../path/segments.ts";
import { type LengthUnits, parseLength } from "./length.ts";
import { isConformal, type Matrix, meanScale } from "./matrix.ts";
import { NumberReader } from "./number-reader.ts";

export type ShapeName = "path" | BasicGeometry["kind"];

/** What a shape's lengths refer to. */
export interface LengthContext {
  readonly width: number;
  readonly height: number;
  readonly diagonal: number;
  readonly units: LengthUnits;
}

export type Attributes = (name: string) => string | undefined;

export interface GeometryFault {
  reason: "none" | "error" | "limit";
}

/**
 * The shape in user coordinates; a path's segments are written to `out` instead.
 *
 * @param most segments and points that may still be read
 * @returns null where nothing is painted
 */
export function readGeometry(
  name: ShapeName,
  attributes: Attributes,
  lengths: LengthContext,
  most: number,
  out: SegmentList,
  fault: GeometryFault,
): BasicGeometry | "path" | null {
  if (name === "path") {
    out.clear();
    fault.reason = parsePath(attributes("d") ?? "", out, most);
    return out.count === 0 ? null : "path";
  }
  const length = (attribute: string, percent: number) => {
    const value = attributes(attribute);
    return value === undefined ? undefined : parseLength(value, percent, lengths.units);
  };
  const { width, height, diagonal } = lengths;
  const x = (attribute: string) => length(attribute, width) ?? 0;
  const y = (attribute: string) => length(attribute, height) ?? 0;
  switch (name) {
    case "circle": {
      const r = length("r", diagonal) ?? 0;
      return r > 0 ? { kind: "circle", cx: x("cx"), cy: y("cy"), r } : null;
    }
    case "ellipse": {
      const { rx, ry } = pairRadii(length("rx", width), length("ry", height));
      if (!(rx > 0 && ry > 0)) return null;
      return { kind: "ellipse", cx: x("cx"), cy: y("cy"), rx, ry };
    }
    case "rect": {
      const [w, h] = [x("width"), y("height")];
      if (!(w > 0 && h > 0)) return null;
      const radii = pairRadii(length("rx", width), length("ry", height));
      const rx = Math.min(radii.rx, w / 2);
      const ry = Math.min(radii.ry, h / 2);
      const sharp = !(rx > 0 && ry > 0);
      const corner = sharp ? { rx: 0, ry: 0 } : { rx, ry };
      return { kind: "rect", x: x("x"), y: y("y"), width: w, height: h, ...corner };
    }
    case "line":
      return { kind: "line", x1: x("x1"), y1: y("y1"), x2: x("x2"), y2: y("y2") };
    case "polyline":
    case "polygon": {
      const points = readPoints(attributes("points") ?? "", most, fault);
      return points.length < 2 ? null : { kind: name, points };
    }
  }
}

/** A radius that is missing or negative is the other one's. */
function pairRadii(rx: number | undefined, ry: number | undefined): { rx: number; ry: number } {
  const x = rx !== undefined && rx >= 0 ? rx : undefined;
  const y = ry !== undefined && ry >= 0 ? ry : undefined;
  return { rx: x ?? y ?? 0, ry: y ?? x ?? 0 };
}

const reader = new NumberReader();

function readPoints(value: string, most: number, fault: GeometryFault): Point[] {
  const points: Point[] = [];
  reader.reset(value);
  reader.skipSpace();
  while (!reader.atEnd) {
    if (points.length >= most) {
      fault.reason = "limit";
      return points;
    }
    const begun = reader.number();
    const x = reader.value;
    reader.skipComma();
    if (!begun || !reader.number()) {
      fault.reason = "error";
      return points;
    }
    points.push({ x, y: reader.value });
    reader.skipComma();
  }
  return points;
}

/** Whether the shape is still of its kind when mapped; `dashed` ones must also begin where they did. */
export function staysShape(shape: BasicGeometry, m: Matrix, dashed: boolean): boolean {
  const straight = m.b === 0 && m.c === 0;
  const turned = m.a === 0 && m.d === 0;
  switch (shape.kind) {
    case "circle":
      return dashed ? straight && m.a > 0 && m.d > 0 : straight || turned || isConformal(m);
    case "ellipse":
    case "rect":
      return dashed ? straight && m.a > 0 && m.d > 0 : straight || turned;
    default:
      return true;
  }
}

/** Maps a shape that stays one. */
export function mapShape(shape: BasicGeometry, m: Matrix): BasicGeometry {
  const mapX = (x: number, y: number) => m.a * x + m.c * y + m.e;
  const mapY = (x: number, y: number) => m.b * x + m.d * y + m.f;
  switch (shape.kind) {
    case "circle": {
      const [cx, cy] = [mapX(shape.cx, shape.cy), mapY(shape.cx, shape.cy)];
      if (isConformal(m)) return { kind: "circle", cx, cy, r: shape.r * meanScale(m) };
      const [rx, ry] = [shape.r * scaleX(m), shape.r * scaleY(m)];
      return { kind: "ellipse", cx, cy, rx, ry };
    }
    case "ellipse": {
      const [cx, cy] = [mapX(shape.cx, shape.cy), mapY(shape.cx, shape.cy)];
      const turned = m.a === 0 && m.d === 0;
      const [rx, ry] = turned ? [shape.ry, shape.rx] : [shape.rx, shape.ry];
      return { kind: "ellipse", cx, cy, rx: rx * scaleX(m), ry: ry * scaleY(m) };
    }
    case "rect":
      return mapRect(shape, m);
    case "line": {
      const { x1, y1, x2, y2 } = shape;
      const [u1, v1] = [mapX(x1, y1), mapY(x1, y1)];
      return { kind: "line", x1: u1, y1: v1, x2: mapX(x2, y2), y2: mapY(x2, y2) };
    }
    case "polyline":
    case "polygon":
      return {
        kind: shape.kind,
        points: shape.points.map(({ x, y }) => ({ x: mapX(x, y), y: mapY(x, y) })),
      };
  }
}

/** Horizontal scale of a map that keeps the axes or swaps them; one of each pair is 0. */
function scaleX(m: Matrix): number {
  return Math.abs(m.a) + Math.abs(m.c);
}

function scaleY(m: Matrix): number {
  return Math.abs(m.b) + Math.abs(m.d);
}

function mapRect(rect: BasicGeometry & { kind: "rect" }, m: Matrix): BasicGeometry {
  const { x, y, width, height, rx, ry } = rect;
  const x1 = m.a * x + m.c * y + m.e;
  const y1 = m.b * x + m.d * y + m.f;
  const x2 = m.a * (x + width) + m.c * (y + height) + m.e;
  const y2 = m.b * (x + width) + m.d * (y + height) + m.f;
  const turned = m.a === 0 && m.d === 0;
  return {
    kind: "rect",
    x: Math.min(x1, x2),
    y: Math.min(y1, y2),
    width: Math.abs(x2 - x1),
    height: Math.abs(y2 - y1),
    rx: (turned ? ry : rx) * scaleX(m),
    ry: (turned ? rx : ry) * scaleY(m),
  };
}

/** Writes the segments of a shape that does not stay one. */
export function traceInto(shape: BasicGeometry, out: SegmentList): void {
  out.clear();
  traceShape(shape, out);
}
