/** Drawings in another size on their grid: points to the nearest unit, strokes to the nearest quarter. */
import type {
  Appearance,
  Drawing,
  DrawingElement,
  Paint,
  PathCommand,
  Shape,
} from "../../svg/index.ts";

interface Zoom {
  readonly times: number;
  /** Where a coordinate goes, rounded. */
  readonly x: (x: number) => number;
  readonly y: (y: number) => number;
  /** What a radius becomes, rounded; one that is there stays there. */
  readonly length: (length: number) => number;
}

/** `times` as large about the middle of the view box, which stays; no point lies over half a unit off. */
export function scale(drawing: Drawing, times: number): Drawing {
  const about = (middle: number) => (at: number) => Math.round(middle + (at - middle) * times);
  const zoom: Zoom = {
    times,
    x: about(drawing.width / 2),
    y: about(drawing.height / 2),
    length: (length) => (length === 0 ? 0 : Math.max(1, Math.round(length * times))),
  };
  return { ...drawing, elements: drawing.elements.map((element) => scaled(element, zoom)) };
}

function scaled(element: DrawingElement, zoom: Zoom): DrawingElement {
  if (element.kind === "group") {
    return { ...element, children: element.children.map((child) => scaled(child, zoom)) };
  }
  return { ...geometry(element, zoom), ...appearance(element, zoom) };
}

function geometry(shape: Shape, zoom: Zoom): Shape {
  const { x, y, length } = zoom;
  switch (shape.kind) {
    case "path":
      return { ...shape, commands: shape.commands.map((command) => scaledCommand(command, zoom)) };
    case "circle":
      return { ...shape, cx: x(shape.cx), cy: y(shape.cy), r: length(shape.r) };
    case "ellipse":
      return {
        ...{ ...shape, cx: x(shape.cx), cy: y(shape.cy) },
        ...{ rx: length(shape.rx), ry: length(shape.ry) },
      };
    case "rect":
      return {
        ...{ ...shape, x: x(shape.x), y: y(shape.y) },
        width: Math.max(1, x(shape.x + shape.width) - x(shape.x)),
        height: Math.max(1, y(shape.y + shape.height) - y(shape.y)),
        ...{ rx: length(shape.rx), ry: length(shape.ry) },
      };
    case "line":
      return { ...shape, x1: x(shape.x1), y1: y(shape.y1), x2: x(shape.x2), y2: y(shape.y2) };
    case "polyline":
    case "polygon":
      return { ...shape, points: shape.points.map((point) => ({ x: x(point.x), y: y(point.y) })) };
  }
}

function scaledCommand(command: PathCommand, { x, y, length }: Zoom): PathCommand {
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
    case "A":
      return { ...command, rx: length(command.rx), ry: length(command.ry), ...end };
  }
}

function appearance(shape: Appearance, zoom: Zoom): Pick<Appearance, "fill" | "stroke"> {
  const { fill, stroke } = shape;
  const quarter = (value: number) => Math.max(1, Math.round(4 * value * zoom.times)) / 4;
  return {
    fill: fill && scaledPaint(fill, zoom),
    stroke: stroke && {
      ...stroke,
      paint: scaledPaint(stroke.paint, zoom),
      width: quarter(stroke.width),
      dashes: stroke.dashes.map(quarter),
      dashOffset: Math.round(4 * stroke.dashOffset * zoom.times) / 4,
    },
  };
}

function scaledPaint(paint: Paint, { x, y }: Zoom): Paint {
  switch (paint.kind) {
    case "linearGradient":
      return { ...paint, x1: x(paint.x1), y1: y(paint.y1), x2: x(paint.x2), y2: y(paint.y2) };
    case "radialGradient":
      return {
        ...{ ...paint, cx: x(paint.cx), cy: y(paint.cy), fx: x(paint.fx), fy: y(paint.fy) },
        ...{ ax: x(paint.ax), ay: y(paint.ay), bx: x(paint.bx), by: y(paint.by) },
      };
    default:
      return paint;
  }
}
