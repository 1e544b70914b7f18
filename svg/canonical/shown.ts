/**
 * Whether a shape reaches the canvas at all. Its fill is judged by its bounds, its stroke by those of
 * each of its pieces, caps and joins: what is left out surely shows nothing, and what is kept has
 * bounds that overlap the canvas, without which some renderers fail on a translucent shape.
 */
import type { Shape, Stroke } from "../drawing.ts";
import { pathBounds } from "../path/bounds.ts";
import { OutlineWalker } from "../path/flatten.ts";
import { SegmentList } from "../path/segments.ts";
import { traceOutline } from "./outline.ts";

export interface Canvas {
  readonly width: number;
  readonly height: number;
}

const segments = new SegmentList();

export function showsOn(shape: Shape, canvas: Canvas): boolean {
  if (touches(shape, canvas)) return true;
  traceOutline(shape, segments);
  if (shape.fill !== null) {
    const { left, top, right, bottom } = pathBounds(segments);
    if (overlaps(left, top, right, bottom, canvas)) return true;
  }
  return shape.stroke !== null && strokeShows(segments, shape.stroke, canvas);
}

/** Whether the outline has a point on the canvas, known at a glance. */
function touches(shape: Shape, canvas: Canvas): boolean {
  switch (shape.kind) {
    case "path":
      for (const command of shape.commands) {
        if (command.type !== "Z" && holds(canvas, command.x, command.y)) return true;
      }
      return false;
    case "polyline":
    case "polygon":
      for (const { x, y } of shape.points) if (holds(canvas, x, y)) return true;
      return false;
    case "line":
      return holds(canvas, shape.x1, shape.y1) || holds(canvas, shape.x2, shape.y2);
    case "rect":
      return holds(canvas, shape.x, shape.y);
    case "circle":
      return holds(canvas, shape.cx - shape.r, shape.cy);
    case "ellipse":
      return holds(canvas, shape.cx - shape.rx, shape.cy);
  }
}

function holds({ width, height }: Canvas, x: number, y: number): boolean {
  return x > 0 && x < width && y > 0 && y < height;
}

function overlaps(
  left: number,
  top: number,
  right: number,
  bottom: number,
  { width, height }: Canvas,
): boolean {
  return left < width && right > 0 && top < height && bottom > 0;
}

function strokeShows(outline: SegmentList, stroke: Stroke, canvas: Canvas): boolean {
  const seen = new StrokeWalker(stroke, canvas);
  seen.walk(outline);
  return seen.shows;
}

class StrokeWalker extends OutlineWalker {
  shows = false;
  readonly #reach: number;
  readonly #stroke: Stroke;
  readonly #canvas: Canvas;

  constructor(stroke: Stroke, canvas: Canvas) {
    super();
    this.#reach = stroke.width / 2;
    this.#stroke = stroke;
    this.#canvas = canvas;
  }

  protected override line(x0: number, y0: number, x1: number, y1: number): void {
    if (this.shows) return;
    const reach = this.#reach;
    const length = Math.hypot(x1 - x0, y1 - y0);
    if (length === 0) return;
    const [ux, uy] = [((x1 - x0) / length) * reach, ((y1 - y0) / length) * reach];
    // The sides lie square to the line.
    const [wide, high] = [Math.abs(uy), Math.abs(ux)];
    this.#box(
      Math.min(x0, x1) - wide,
      Math.min(y0, y1) - high,
      Math.max(x0, x1) + wide,
      Math.max(y0, y1) + high,
    );
  }

  protected override end(x: number, y: number, dx: number, dy: number): void {
    const reach = this.#reach;
    const { cap } = this.#stroke;
    if (cap === "round") this.#box(x - reach, y - reach, x + reach, y + reach);
    else if (cap === "square") {
      const size = Math.hypot(dx, dy);
      const [ux, uy] = size === 0 ? [1, 0] : [dx / size, dy / size];
      this.line(x, y, x + ux * reach, y + uy * reach);
      if (size === 0) this.line(x, y, x - reach, y);
    }
  }

  protected override join(
    x: number,
    y: number,
    inX: number,
    inY: number,
    outX: number,
    outY: number,
  ): void {
    const reach = this.#reach;
    const { join, miterLimit } = this.#stroke;
    if (join === "round") this.#box(x - reach, y - reach, x + reach, y + reach);
    if (join !== "miter") return;
    const [a, b] = [Math.hypot(inX, inY), Math.hypot(outX, outY)];
    if (a === 0 || b === 0) return;
    const [ux, uy, vx, vy] = [inX / a, inY / a, outX / b, outY / b];
    // The tip lies along the difference of the directions, half of whose length is the cosine of
    // half the turn.
    const half = Math.hypot(ux - vx, uy - vy) / 2;
    const sharp = Math.sqrt(Math.max(0, 1 - half * half));
    if (half === 0 || sharp * miterLimit < 1) return;
    const length = reach / sharp;
    const tipX = x + ((ux - vx) / (2 * half)) * length;
    const tipY = y + ((uy - vy) / (2 * half)) * length;
    this.#box(Math.min(x, tipX), Math.min(y, tipY), Math.max(x, tipX), Math.max(y, tipY));
  }

  #box(left: number, top: number, right: number, bottom: number): void {
    if (overlaps(left, top, right, bottom, this.#canvas)) this.shows = true;
  }
}
