/** Closed outlines as points, close enough together that no curve between them matters. */
import { type DrawingElement, type PathCommand, parseDrawing } from "../../../svg/index.ts";

export interface Vec {
  readonly x: number;
  readonly y: number;
}

/** In pixels; the last point is not the first again. */
export type Outline = readonly Vec[];

/** Grid units in a pixel: what a tracer writes is read this exactly. */
const finest = 16;
/** Points are about this far apart, in pixels. */
const spacing = 0.75;

/** @param svg of a tracer, whose drawing is `width` by `height` pixels. */
export function outlinesOf(svg: string, width: number, height: number): Outline[] {
  const { drawing } = parseDrawing(svg, {
    grid: finest * Math.max(width, height),
    shapes: "paths",
    arcs: "cubics",
    quadratics: "cubics",
  });
  return drawing.elements.flatMap(outlinesIn).filter((outline) => outline.length > 2);
}

function outlinesIn(element: DrawingElement): Vec[][] {
  if (element.kind === "group") return element.children.flatMap(outlinesIn);
  return element.kind === "path" ? subpaths(element.commands) : [];
}

function subpaths(commands: readonly PathCommand[]): Vec[][] {
  const outlines: Vec[][] = [];
  let points: Vec[] = [];
  for (const command of commands) {
    if (command.type === "M") {
      points = [pixel(command.x, command.y)];
      outlines.push(points);
    } else if (command.type === "L") straightTo(points, pixel(command.x, command.y));
    else if (command.type === "C") {
      const { x1, y1, x2, y2, x, y } = command;
      curveTo(points, [pixel(x1, y1), pixel(x2, y2), pixel(x, y)]);
    } else if (command.type === "Z") straightTo(points, points[0]!);
  }
  for (const outline of outlines) {
    const [first, last] = [outline[0]!, outline.at(-1)!];
    if (outline.length > 1 && Math.hypot(first.x - last.x, first.y - last.y) < 1e-6) outline.pop();
  }
  return outlines;
}

function pixel(x: number, y: number): Vec {
  return { x: x / finest, y: y / finest };
}

function straightTo(points: Vec[], to: Vec): void {
  const from = points.at(-1)!;
  const steps = stepsOf(Math.hypot(to.x - from.x, to.y - from.y));
  for (let i = 1; i <= steps; i++) {
    const t = i / steps;
    points.push({ x: from.x + t * (to.x - from.x), y: from.y + t * (to.y - from.y) });
  }
}

function curveTo(points: Vec[], [p, q, to]: readonly [Vec, Vec, Vec]): void {
  const from = points.at(-1)!;
  const legs = [from, p, q, to];
  const length = legs
    .slice(1)
    .reduce((sum, leg, i) => sum + Math.hypot(leg.x - legs[i]!.x, leg.y - legs[i]!.y), 0);
  const steps = stepsOf(length);
  for (let i = 1; i <= steps; i++) {
    const t = i / steps;
    const s = 1 - t;
    const at = (axis: "x" | "y") =>
      s ** 3 * from[axis] + 3 * s * s * t * p[axis] + 3 * s * t * t * q[axis] + t ** 3 * to[axis];
    points.push({ x: at("x"), y: at("y") });
  }
}

function stepsOf(length: number): number {
  return Math.max(1, Math.ceil(length / spacing));
}

/** Twice the area within, positive where it turns clockwise on the screen. */
export function doubleArea(outline: Outline): number {
  let area = 0;
  let from = outline.at(-1)!;
  for (const to of outline) {
    area += from.x * to.y - to.x * from.y;
    from = to;
  }
  return area;
}
