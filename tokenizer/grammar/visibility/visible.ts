/**
 * Whether a drawing shows anything, without rendering it: so that constrained decoding may end it.
 * What is said to show does; slivers and tints that a renderer may paint all the same do not count.
 */
import type { Drawing, DrawingElement, Paint, Shape } from "../../../svg/index.ts";
import { Coverage } from "./coverage.ts";
import { StrokeTrace } from "./stroke-trace.ts";

/** Share of opacity, all that apply multiplied, that surely shows. */
const leastOpacity = 0.05;
/** Pixels of the longer side of a rendering in which it must show. */
const pixels = 96;
/** Share of the longer side that the shorter one has at least, for thin strokes to be rendered. */
const narrowest = 1 / 16;

interface Size {
  readonly width: number;
  readonly height: number;
}

/** @param drawing canonical. */
export function isVisible({ width, height, elements }: Drawing): boolean {
  return elements.some((element) => elementShows(element, 1, { width, height }));
}

function elementShows(element: DrawingElement, around: number, size: Size): boolean {
  const opacity = (around * element.opacity) / 100;
  if (opacity < leastOpacity) return false;
  if (element.kind === "group") {
    return element.children.some((child) => elementShows(child, opacity, size));
  }
  return strokeShows(element, opacity, size) || fillShows(element, opacity, size);
}

function strokeShows(shape: Shape, opacity: number, size: Size): boolean {
  const { stroke } = shape;
  const longer = Math.max(size.width, size.height);
  if (stroke === null || stroke.width > longer) return false;
  if (Math.min(size.width, size.height) < narrowest * longer) return false;
  const width = (stroke.width * pixels) / longer;
  const tint = opacity * (stroke.opacity / 100) * leastOf(stroke.paint) * Math.min(1, width);
  if (tint < leastOpacity) return false;
  const trace = new StrokeTrace(size, stroke);
  if (tint * trace.density < leastOpacity) return false;
  trace.shape(shape);
  return trace.visible;
}

function fillShows(shape: Shape, opacity: number, size: Size): boolean {
  const { fill, fillOpacity, fillRule } = shape;
  if (fill === null || shape.kind === "line") return false;
  if (opacity * (fillOpacity / 100) * leastOf(fill) < leastOpacity) return false;
  // Samples lie as far apart in both directions, however narrow the canvas is.
  const longer = Math.max(size.width, size.height);
  const coverage = new Coverage({ width: longer, height: longer });
  coverage.shape(shape);
  return coverage.visibleWithin(fillRule === "evenodd", size);
}

/** The opacity that a paint has everywhere at least. */
function leastOf(paint: Paint): number {
  if (paint.kind === "color" || paint.kind === "currentColor") return 1;
  // From a focal point on the ellipse or off it, a part of the plane is left unpainted.
  if (paint.kind === "radialGradient" && !hasFocusInside(paint)) return 0;
  return Math.min(...paint.stops.map(({ opacity }) => opacity)) / 100;
}

function hasFocusInside(gradient: Extract<Paint, { kind: "radialGradient" }>): boolean {
  const { cx, cy, ax, ay, bx, by, fx, fy } = gradient;
  const [a, b, c, d] = [ax - cx, ay - cy, bx - cx, by - cy];
  const determinant = a * d - b * c;
  const u = (d * (fx - cx) - c * (fy - cy)) / determinant;
  const v = (a * (fy - cy) - b * (fx - cx)) / determinant;
  return u * u + v * v < 0.9;
}
