/** The image of a drawing under a map of its points that keeps the axes. */
import type {
  Drawing,
  DrawingElement,
  Paint,
  PathCommand,
  RectShape,
  Shape,
  Stroke,
} from "../../svg/index.ts";

export interface PointMap {
  /** Where a coordinate goes. */
  readonly x: (x: number) => number;
  readonly y: (y: number) => number;
  /** What a radius becomes. */
  readonly length: (length: number) => number;
  /** What a stroke becomes, its paint apart. */
  readonly stroke: (stroke: Stroke) => Stroke;
  /** Left and right change places, so that arcs turn the other way. */
  readonly flips: boolean;
}

/** The view box stays. */
export function mapPoints(drawing: Drawing, map: PointMap): Drawing {
  return { ...drawing, elements: drawing.elements.map((element) => mapElement(element, map)) };
}

function mapElement(element: DrawingElement, map: PointMap): DrawingElement {
  if (element.kind === "group") {
    return { ...element, children: element.children.map((child) => mapElement(child, map)) };
  }
  const { fill, stroke } = element;
  return {
    ...mapGeometry(element, map),
    fill: fill && mapPaint(fill, map),
    stroke: stroke && { ...map.stroke(stroke), paint: mapPaint(stroke.paint, map) },
  };
}

function mapGeometry(shape: Shape, map: PointMap): Shape {
  const { x, y, length } = map;
  switch (shape.kind) {
    case "path":
      return { ...shape, commands: shape.commands.map((command) => mapCommand(command, map)) };
    case "circle":
      return { ...shape, cx: x(shape.cx), cy: y(shape.cy), r: length(shape.r) };
    case "ellipse":
      return {
        ...shape,
        cx: x(shape.cx),
        cy: y(shape.cy),
        rx: length(shape.rx),
        ry: length(shape.ry),
      };
    case "rect":
      return mapRect(shape, map);
    case "line":
      return { ...shape, x1: x(shape.x1), y1: y(shape.y1), x2: x(shape.x2), y2: y(shape.y2) };
    case "polyline":
    case "polygon":
      return { ...shape, points: shape.points.map((point) => ({ x: x(point.x), y: y(point.y) })) };
  }
}

/** A rect stays at least one unit wide and high. */
function mapRect(rect: RectShape, { x, y, length, flips }: PointMap): RectShape {
  const [left, right] = [x(rect.x), x(rect.x + rect.width)];
  const [top, bottom] = [y(rect.y), y(rect.y + rect.height)];
  return {
    ...rect,
    x: flips ? right : left,
    y: top,
    width: Math.max(1, Math.abs(right - left)),
    height: Math.max(1, bottom - top),
    rx: length(rect.rx),
    ry: length(rect.ry),
  };
}

function mapCommand(command: PathCommand, { x, y, length, flips }: PointMap): PathCommand {
  if (command.type === "Z") return command;
  const end = { x: x(command.x), y: y(command.y) };
  switch (command.type) {
    case "M":
    case "L":
      return { ...command, ...end };
    case "Q":
      return { ...command, x1: x(command.x1), y1: y(command.y1), ...end };
    case "C": {
      const { x1, y1, x2, y2 } = command;
      return { ...command, x1: x(x1), y1: y(y1), x2: x(x2), y2: y(y2), ...end };
    }
    case "A": {
      const radii = { rx: length(command.rx), ry: length(command.ry) };
      if (!flips) return { ...command, ...radii, ...end };
      const rotation = (180 - command.rotation) % 180;
      return { ...command, ...radii, rotation, sweep: !command.sweep, ...end };
    }
  }
}

function mapPaint(paint: Paint, { x, y }: PointMap): Paint {
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
