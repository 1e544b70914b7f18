/** Drawings moved on their grid: flipped, shifted, with other strokes. Exact, no rounding. */
import type {
  Appearance,
  Drawing,
  DrawingElement,
  Paint,
  PathCommand,
  Shape,
  Stroke,
} from "../../svg/index.ts";

/** Where points go. A flip also turns the sense of arcs, and a rect's other corner comes first. */
interface Motion {
  readonly x: (x: number) => number;
  readonly y: (y: number) => number;
  readonly flips: boolean;
}

/** Flipped from left to right within the view box. `mirror(mirror(d))` equals `d`. */
export function mirror(drawing: Drawing): Drawing {
  return move(drawing, { x: (x) => drawing.width - x, y: (y) => y, flips: true });
}

/** By whole grid units: `dx` to the right, `dy` down. */
export function shift(drawing: Drawing, dx: number, dy: number): Drawing {
  return move(drawing, { x: (x) => x + dx, y: (y) => y + dy, flips: false });
}

/** Every stroke replaced by what `change` makes of it; fills stay. */
export function withStrokes(drawing: Drawing, change: (stroke: Stroke) => Stroke): Drawing {
  const restroke = (element: DrawingElement): DrawingElement => {
    if (element.kind === "group") return { ...element, children: element.children.map(restroke) };
    return element.stroke === null ? element : { ...element, stroke: change(element.stroke) };
  };
  return { ...drawing, elements: drawing.elements.map(restroke) };
}

/**
 * One style for stroke icons of all sets: one width, round caps and joins. Dashes stay.
 * @param width on a view box of 24 units, as most stroke icons have; rounded to the grid.
 */
export function uniformStrokes(drawing: Drawing, width: number): Drawing {
  const scaled = gridWidth(drawing, width);
  return withStrokes(drawing, (stroke) => ({
    ...stroke,
    width: scaled,
    cap: "round",
    join: "round",
    miterLimit: 4,
  }));
}

/** A length on a view box of 24 units in those of the drawing's grid: a multiple of 1/4, above 0. */
function gridWidth({ width, height }: Drawing, units: number): number {
  return Math.max(1, Math.round((4 * units * Math.max(width, height)) / 24)) / 4;
}

/** All shapes, out of their groups. */
export function shapesOf(elements: readonly DrawingElement[]): Shape[] {
  return elements.flatMap((element) =>
    element.kind === "group" ? shapesOf(element.children) : [element],
  );
}

function move(drawing: Drawing, motion: Motion): Drawing {
  return { ...drawing, elements: drawing.elements.map((element) => moveElement(element, motion)) };
}

function moveElement(element: DrawingElement, motion: Motion): DrawingElement {
  if (element.kind === "group") {
    return { ...element, children: element.children.map((child) => moveElement(child, motion)) };
  }
  return { ...moveGeometry(element, motion), ...moveAppearance(element, motion) };
}

function moveGeometry(shape: Shape, motion: Motion): Shape {
  const { x, y, flips } = motion;
  switch (shape.kind) {
    case "path":
      return { ...shape, commands: shape.commands.map((command) => moveCommand(command, motion)) };
    case "circle":
    case "ellipse":
      return { ...shape, cx: x(shape.cx), cy: y(shape.cy) };
    case "rect":
      return { ...shape, x: x(flips ? shape.x + shape.width : shape.x), y: y(shape.y) };
    case "line":
      return { ...shape, x1: x(shape.x1), y1: y(shape.y1), x2: x(shape.x2), y2: y(shape.y2) };
    case "polyline":
    case "polygon":
      return { ...shape, points: shape.points.map((point) => ({ x: x(point.x), y: y(point.y) })) };
  }
}

function moveCommand(command: PathCommand, { x, y, flips }: Motion): PathCommand {
  if (command.type === "Z") return command;
  const end = { x: x(command.x), y: y(command.y) };
  switch (command.type) {
    case "M":
    case "L":
      return { ...command, ...end };
    case "Q":
      return { ...command, x1: x(command.x1), y1: y(command.y1), ...end };
    case "C":
      return {
        ...command,
        x1: x(command.x1),
        y1: y(command.y1),
        x2: x(command.x2),
        y2: y(command.y2),
        ...end,
      };
    case "A": {
      if (!flips) return { ...command, ...end };
      const rotation = (180 - command.rotation) % 180;
      return { ...command, rotation, sweep: !command.sweep, ...end };
    }
  }
}

function moveAppearance(shape: Appearance, motion: Motion): Pick<Appearance, "fill" | "stroke"> {
  const { fill, stroke } = shape;
  return {
    fill: fill && movePaint(fill, motion),
    stroke: stroke && { ...stroke, paint: movePaint(stroke.paint, motion) },
  };
}

function movePaint(paint: Paint, { x, y }: Motion): Paint {
  switch (paint.kind) {
    case "linearGradient":
      return { ...paint, x1: x(paint.x1), y1: y(paint.y1), x2: x(paint.x2), y2: y(paint.y2) };
    case "radialGradient":
      return {
        ...paint,
        cx: x(paint.cx),
        cy: y(paint.cy),
        fx: x(paint.fx),
        fy: y(paint.fy),
        ax: x(paint.ax),
        ay: y(paint.ay),
        bx: x(paint.bx),
        by: y(paint.by),
      };
    default:
      return paint;
  }
}
