/**
 * Whether an element shows anything, without rendering it, so that constrained decoding may end a
 * drawing: the one judge of all automata, which is told an outline as it comes. What is said to show
 * does; slivers and tints that a renderer may paint all the same do not count.
 */
import type { Appearance, Paint, Stroke } from "../../../svg/index.ts";
import { Coverage } from "./coverage.ts";
import type { OutlinePen } from "./outline-pen.ts";
import { StrokeTrace } from "./stroke-trace.ts";

/** Of a canvas in grid units. */
export interface CanvasSize {
  readonly width: number;
  readonly height: number;
}

/** Share of opacity, all that apply multiplied, that surely shows. */
export const leastOpacity = 0.05;
/** Pixels of the longer side of a rendering in which it must show. */
const pixels = 96;
/** Share of the longer side that the shorter one has at least, for thin strokes to be rendered. */
const narrowest = 1 / 16;

/**
 * @param look of the element, in a canonical drawing.
 * @param around opacity of the groups around it, multiplied, as a share of 1.
 */
export function visibilityOf(
  size: CanvasSize,
  look: Appearance,
  around: number,
): ElementVisibility {
  const { fill, fillOpacity, stroke } = look;
  const opacity = (around * look.opacity) / 100;
  const filled = fill !== null && ((opacity * fillOpacity) / 100) * leastOf(fill) >= leastOpacity;
  // Samples lie as far apart in both directions, however narrow the canvas is.
  const longer = Math.max(size.width, size.height);
  const coverage = filled ? new Coverage({ width: longer, height: longer }) : undefined;
  const trace = stroke === null ? undefined : traceOf(size, stroke, opacity);
  return new ElementVisibility(size, look.fillRule === "evenodd", coverage, trace);
}

function traceOf(size: CanvasSize, stroke: Stroke, opacity: number): StrokeTrace | undefined {
  const longer = Math.max(size.width, size.height);
  const narrow = Math.min(size.width, size.height) < narrowest * longer;
  if (narrow || stroke.width > longer) return undefined;
  const width = (stroke.width * pixels) / longer;
  const tint = opacity * (stroke.opacity / 100) * leastOf(stroke.paint) * Math.min(1, width);
  if (tint < leastOpacity) return undefined;
  const trace = new StrokeTrace(size, stroke);
  return tint * trace.density < leastOpacity ? undefined : trace;
}

export class ElementVisibility {
  readonly #size: CanvasSize;
  readonly #evenOdd: boolean;
  /** Of the fill and of the stroke, where their paint could be seen. */
  readonly #coverage: Coverage | undefined;
  readonly #trace: StrokeTrace | undefined;

  constructor(
    size: CanvasSize,
    evenOdd: boolean,
    coverage: Coverage | undefined,
    trace: StrokeTrace | undefined,
  ) {
    this.#size = size;
    this.#evenOdd = evenOdd;
    this.#coverage = coverage;
    this.#trace = trace;
  }

  /** Draws a piece of the outline. */
  draw(onto: (pen: OutlinePen) => void): void {
    if (this.#coverage !== undefined) onto(this.#coverage);
    if (this.#trace !== undefined) onto(this.#trace);
  }

  /** Whether the element shows, whatever more of its outline comes. */
  get settled(): boolean {
    return this.#trace?.visible === true;
  }

  /** Whether the element would show if it ended here, with its open subpath closed for the fill. */
  get visible(): boolean {
    return this.settled || this.#coverage?.visible(this.#evenOdd, this.#size) === true;
  }

  clone(): ElementVisibility {
    return new ElementVisibility(
      this.#size,
      this.#evenOdd,
      this.#coverage?.clone(),
      this.#trace?.clone(),
    );
  }
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
