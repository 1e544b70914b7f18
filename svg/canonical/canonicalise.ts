/** Brings a drawing into the canonical form, from no form or from that of other options. */
import type { Appearance, Drawing, DrawingElement, Paint, Shape, Stroke } from "../drawing.ts";
import { DropCounter } from "../drops.ts";
import { SvgError } from "../errors.ts";
import { maxNesting } from "../limits.ts";
import { type CanonicalOptions, defaultCanonicalOptions } from "../options.ts";
import { SegmentList } from "../path/segments.ts";
import { mapShape } from "../read/geometry.ts";
import { type Matrix, scaling } from "../read/matrix.ts";
import { canonicalAppearance } from "./appearance.ts";
import { settleDrawing, settleGroup } from "./group.ts";
import { checkOptions } from "./options.ts";
import { traceCommands } from "./outline.ts";
import { pathInRange } from "./range.ts";
import { canonicalShape } from "./shape.ts";
import { type Canvas, showsOn } from "./shown.ts";

/**
 * The drawing's canonical form. Idempotent: a drawing that is canonical under the options comes back
 * equal. What paints nothing, or nothing on the canvas, is left out.
 *
 * @param drawing may have numbers that are not rounded; its size may be that of another grid
 * @throws SvgError where the drawing has no area, nests too deeply or an option is out of its range
 * @example
 * const { drawing } = parseDrawing(svg);
 * const coarse = canonicalise(drawing, { grid: 48, shapes: "paths" });
 */
export function canonicalise(drawing: Drawing, options: Partial<CanonicalOptions> = {}): Drawing {
  const canonical = checkOptions({ ...defaultCanonicalOptions, ...options });
  const longer = Math.max(drawing.width, drawing.height);
  if (!(drawing.width > 0 && drawing.height > 0 && Number.isFinite(longer))) {
    throw new SvgError("view-box", "the drawing has no area: give it a width and height");
  }
  const scale = canonical.grid / longer;
  const canvas = {
    width: Math.max(1, Math.round(drawing.width * scale)),
    height: Math.max(1, Math.round(drawing.height * scale)),
  };
  const canonicaliser = new Canonicaliser(scale, canvas, canonical);
  return {
    ...canvas,
    elements: settleDrawing(canonicaliser.elements(drawing.elements, 1), canonical),
  };
}

class Canonicaliser {
  readonly #scale: number;
  readonly #canvas: Canvas;
  readonly #matrix: Matrix;
  readonly #options: CanonicalOptions;
  readonly #drops = new DropCounter();
  readonly #segments = new SegmentList();

  constructor(scale: number, canvas: Canvas, options: CanonicalOptions) {
    this.#scale = scale;
    this.#canvas = canvas;
    this.#matrix = scaling(scale, scale);
    this.#options = options;
  }

  elements(elements: readonly DrawingElement[], depth: number): DrawingElement[] {
    if (depth > maxNesting) {
      throw new SvgError("limit", `groups nest deeper than ${maxNesting}: flatten some`);
    }
    return elements.flatMap((element) => {
      if (element.kind !== "group") return this.#shape(element);
      const children = this.elements(element.children, depth + 1);
      return settleGroup(children, element.opacity, this.#options);
    });
  }

  #shape(shape: Shape): Shape[] {
    const appearance = this.#appearance(shape);
    if (appearance === undefined) return [];
    if (shape.kind !== "path") {
      const mapped = mapShape(shape, this.#matrix);
      const rounded = canonicalShape(mapped, appearance, this.#options, this.#drops);
      return rounded === null ? [] : this.#seen(rounded);
    }
    this.#segments.clear();
    traceCommands(shape.commands, this.#segments);
    const matrix = this.#matrix;
    const commands = pathInRange(this.#segments, matrix, appearance, this.#options, this.#drops);
    return commands === null ? [] : this.#seen({ kind: "path", commands, ...appearance });
  }

  #seen(shape: Shape): Shape[] {
    return showsOn(shape, this.#canvas) ? [shape] : [];
  }

  #appearance(shape: Shape): Appearance | undefined {
    const scale = this.#scale;
    const isLine = shape.kind === "line";
    const loose: Appearance = {
      fill: shape.fill === null || isLine ? null : scalePaint(shape.fill, scale),
      fillRule: shape.fillRule,
      fillOpacity: shape.fillOpacity,
      stroke: shape.stroke === null ? null : scaleStroke(shape.stroke, scale),
      opacity: shape.opacity,
    };
    return canonicalAppearance(loose, this.#options, this.#drops);
  }
}

function scaleStroke(stroke: Stroke, scale: number): Stroke {
  return {
    ...stroke,
    paint: scalePaint(stroke.paint, scale),
    width: stroke.width * scale,
    dashes: stroke.dashes.map((dash) => dash * scale),
    dashOffset: stroke.dashOffset * scale,
  };
}

function scalePaint(paint: Paint, scale: number): Paint {
  switch (paint.kind) {
    case "color":
    case "currentColor":
      return paint;
    case "linearGradient": {
      const { x1, y1, x2, y2 } = paint;
      return { ...paint, x1: x1 * scale, y1: y1 * scale, x2: x2 * scale, y2: y2 * scale };
    }
    case "radialGradient":
      return {
        ...paint,
        cx: paint.cx * scale,
        cy: paint.cy * scale,
        ax: paint.ax * scale,
        ay: paint.ay * scale,
        bx: paint.bx * scale,
        by: paint.by * scale,
        fx: paint.fx * scale,
        fy: paint.fy * scale,
      };
  }
}
