/** A drawing flipped from left to right: exact on the grid, and its own inverse. */
import type {
  Appearance,
  Drawing,
  DrawingElement,
  Paint,
  PathCommand,
  Shape,
} from "../../svg/index.ts";

type Flip = (x: number) => number;

/** Flips within the view box. `mirror(mirror(d))` equals `d`. */
export function mirror(drawing: Drawing): Drawing {
  const flip: Flip = (x) => drawing.width - x;
  return { ...drawing, elements: drawing.elements.map((element) => mirrorElement(element, flip)) };
}

function mirrorElement(element: DrawingElement, flip: Flip): DrawingElement {
  if (element.kind === "group") {
    return { ...element, children: element.children.map((child) => mirrorElement(child, flip)) };
  }
  return { ...mirrorGeometry(element, flip), ...mirrorAppearance(element, flip) };
}

function mirrorGeometry(shape: Shape, flip: Flip): Shape {
  switch (shape.kind) {
    case "path":
      return { ...shape, commands: shape.commands.map((command) => mirrorCommand(command, flip)) };
    case "circle":
    case "ellipse":
      return { ...shape, cx: flip(shape.cx) };
    case "rect":
      return { ...shape, x: flip(shape.x) - shape.width };
    case "line":
      return { ...shape, x1: flip(shape.x1), x2: flip(shape.x2) };
    case "polyline":
    case "polygon":
      return { ...shape, points: shape.points.map(({ x, y }) => ({ x: flip(x), y })) };
  }
}

function mirrorCommand(command: PathCommand, flip: Flip): PathCommand {
  switch (command.type) {
    case "M":
    case "L":
      return { ...command, x: flip(command.x) };
    case "Q":
      return { ...command, x1: flip(command.x1), x: flip(command.x) };
    case "C":
      return { ...command, x1: flip(command.x1), x2: flip(command.x2), x: flip(command.x) };
    case "A":
      return {
        ...command,
        rotation: (180 - command.rotation) % 180,
        sweep: !command.sweep,
        x: flip(command.x),
      };
    case "Z":
      return command;
  }
}

function mirrorAppearance(shape: Appearance, flip: Flip): Pick<Appearance, "fill" | "stroke"> {
  return {
    fill: shape.fill && mirrorPaint(shape.fill, flip),
    stroke: shape.stroke && { ...shape.stroke, paint: mirrorPaint(shape.stroke.paint, flip) },
  };
}

function mirrorPaint(paint: Paint, flip: Flip): Paint {
  switch (paint.kind) {
    case "linearGradient":
      return { ...paint, x1: flip(paint.x1), x2: flip(paint.x2) };
    case "radialGradient":
      return {
        ...paint,
        cx: flip(paint.cx),
        ax: flip(paint.ax),
        bx: flip(paint.bx),
        fx: flip(paint.fx),
      };
    default:
      return paint;
  }
}

const sided =
  /\b(left|right|clockwise|counterclockwise|ccw|cw|letters?|alphabet|fonts?|text|typography|numbers?|digits?|numeric|currency|money|brands?|logo|start|end|previous|next|forwards?|backwards?|back|undo|redo|rewind|east|west|sign in|sign out|log in|log out|login|logout|question|help|\p{L}|\p{N}+|az|za)\b/u;

/** Whether a drawing with this caption means the same when it is flipped. */
export function mayMirror(captions: readonly string[]): boolean {
  return !captions.some((caption) => sided.test(caption));
}
