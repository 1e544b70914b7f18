/** Brings a drawing into the canonical form, from no form or from that of other options. */
import type {
  Appearance,
  Drawing,
  DrawingElement,
  Paint,
  PathCommand,
  Shape,
  Stroke,
} from "../drawing.ts";
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
import { canonicalPath } from "./path.ts";
import { canonicalShape } from "./shape.ts";

/**
 * The drawing's canonical form. Idempotent: a drawing that is canonical under the options comes back
 * equal. What paints nothing or lies out of range is left out.
 *
 * @param drawing may have numbers that are not rounded; its size may be that of another grid
 * @throws SvgError where the drawing has no area, nests too deeply or an option is out of its range
 */
export function canonicalise(drawing: Drawing, options: Partial<CanonicalOptions> = {}): Drawing {
  const canonical = checkOptions({ ...defaultCanonicalOptions, ...options });
  const longer = Math.max(drawing.width, drawing.height);
  if (!(drawing.width > 0 && drawing.height > 0 && Number.isFinite(longer))) {
    throw new SvgError("view-box", "the drawing has no area: give it a width and height");
  }
  const scale = canonical.grid / longer;
  const canonicaliser = new Canonicaliser(scale, canonical);
  return {
    width: Math.max(1, Math.round(drawing.width * scale)),
    height: Math.max(1, Math.round(drawing.height * scale)),
    elements: settleDrawing(canonicaliser.elements(drawing.elements, 1)),
  };
}

class Canonicaliser {
  readonly #scale: number;
  readonly #matrix: Matrix;
  readonly #options: CanonicalOptions;
  readonly #drops = new DropCounter();
  readonly #segments = new SegmentList();

  constructor(scale: number, options: CanonicalOptions) {
    this.#scale = scale;
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
      return rounded === null ? [] : [rounded];
    }
    this.#segments.clear();
    for (const command of shape.commands) appendCommand(command, this.#segments);
    const commands = canonicalPath(this.#segments, this.#matrix, this.#options);
    return commands === undefined || commands.length === 0
      ? []
      : [{ kind: "path", commands, ...appearance }];
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

function appendCommand(command: PathCommand, out: SegmentList): void {
  switch (command.type) {
    case "M":
      out.move(command.x, command.y);
      break;
    case "L":
      out.line(command.x, command.y);
      break;
    case "Q":
      out.quadratic(command.x1, command.y1, command.x, command.y);
      break;
    case "C":
      out.cubic(command.x1, command.y1, command.x2, command.y2, command.x, command.y);
      break;
    case "A": {
      const { rx, ry, rotation, largeArc, sweep, x, y } = command;
      out.arc(rx, ry, rotation, largeArc, sweep, x, y);
      break;
    }
    case "Z":
      out.close();
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
