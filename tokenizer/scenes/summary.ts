/** What was drawn so far, in a few numbers that a later chunk's prompt can hold. */
import type { DrawingElement, Paint, PathCommand, Shape } from "../../svg/index.ts";

export interface SceneSummary {
  /** Shapes drawn. */
  readonly shapes: number;
  /** The box around their points in grid units; null before the first shape. */
  readonly bounds: Bounds | null;
  /** The most frequent paints, at most four: `#rrggbb`, `currentColor` or `gradient`. */
  readonly paints: readonly string[];
}

export interface Bounds {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

const mostPaints = 4;

export class SceneSummarizer {
  #shapes = 0;
  #bounds: Bounds | null = null;
  readonly #paints = new Map<string, number>();

  add(element: DrawingElement): void {
    if (element.kind === "group") {
      for (const child of element.children) this.add(child);
      return;
    }
    this.#shapes++;
    this.#count(element.fill);
    this.#count(element.stroke?.paint ?? null);
    for (const [x, y] of outline(element)) this.#extend(x, y);
  }

  summary(): SceneSummary {
    const frequent = [...this.#paints].sort(([, a], [, b]) => b - a).slice(0, mostPaints);
    return { shapes: this.#shapes, bounds: this.#bounds, paints: frequent.map(([name]) => name) };
  }

  #count(paint: Paint | null): void {
    if (paint === null) return;
    const name = nameOf(paint);
    this.#paints.set(name, (this.#paints.get(name) ?? 0) + 1);
  }

  #extend(x: number, y: number): void {
    const { left, top, right, bottom } = this.#bounds ?? { left: x, top: y, right: x, bottom: y };
    this.#bounds = {
      left: Math.min(left, x),
      top: Math.min(top, y),
      right: Math.max(right, x),
      bottom: Math.max(bottom, y),
    };
  }
}

function nameOf(paint: Paint): string {
  if (paint.kind === "color") return `#${paint.rgb.toString(16).padStart(6, "0")}`;
  return paint.kind === "currentColor" ? "currentColor" : "gradient";
}

/** Points whose box holds the shape's, control points and all; arcs by their ends alone. */
function outline(shape: Shape): (readonly [number, number])[] {
  switch (shape.kind) {
    case "path":
      return shape.commands.flatMap(pointsOf);
    case "circle":
      return corners(shape.cx, shape.cy, shape.r, shape.r);
    case "ellipse":
      return corners(shape.cx, shape.cy, shape.rx, shape.ry);
    case "rect":
      return [
        [shape.x, shape.y],
        [shape.x + shape.width, shape.y + shape.height],
      ];
    case "line":
      return [
        [shape.x1, shape.y1],
        [shape.x2, shape.y2],
      ];
    case "polyline":
    case "polygon":
      return shape.points.map(({ x, y }) => [x, y] as const);
  }
}

function corners(cx: number, cy: number, rx: number, ry: number): (readonly [number, number])[] {
  return [
    [cx - rx, cy - ry],
    [cx + rx, cy + ry],
  ];
}

function pointsOf(command: PathCommand): (readonly [number, number])[] {
  switch (command.type) {
    case "Z":
      return [];
    case "Q":
      return [
        [command.x1, command.y1],
        [command.x, command.y],
      ];
    case "C":
      return [
        [command.x1, command.y1],
        [command.x2, command.y2],
        [command.x, command.y],
      ];
    default:
      return [[command.x, command.y]];
  }
}

/** The caption of a chunk: the scene's, which part this is and what came before. */
export function chunkCaption(
  caption: string,
  chunk: { readonly index: number; readonly count: number; readonly before: SceneSummary },
): string {
  const part = `${caption} (part ${chunk.index + 1} of ${chunk.count}`;
  const { shapes, bounds, paints } = chunk.before;
  if (bounds === null) return `${part})`;
  const { left, top, right, bottom } = bounds;
  const box = `${left},${top} to ${right},${bottom}`;
  const colors = paints.length > 0 ? ` in ${paints.join(" ")}` : "";
  return `${part}; before: ${shapes} shapes${colors}, ${box})`;
}
