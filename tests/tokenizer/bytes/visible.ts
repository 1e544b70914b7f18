/** Whether a drawing shows, by rendering it; and whether it could. */
import { Resvg } from "@resvg/resvg-js";
import {
  type Drawing,
  type DrawingElement,
  type PathShape,
  type Point,
  printDrawing,
  type Shape,
} from "../../../src/svg/index.ts";

/** The renderer ends the process over a translucent element off the canvas, so all are opaque. */
function opaque(elements: readonly DrawingElement[]): DrawingElement[] {
  return elements.map((element) =>
    element.kind === "group"
      ? { ...element, opacity: 100, children: opaque(element.children) }
      : { ...element, opacity: 100 },
  );
}

export function isBlank(drawing: Drawing): boolean {
  const { width, height } = drawing;
  const text = printDrawing({ width, height, elements: opaque(drawing.elements) });
  const { pixels } = new Resvg(text, {
    fitTo: width < height ? { mode: "height", value: 96 } : { mode: "width", value: 96 },
    font: { loadSystemFonts: false },
  }).render();
  for (let i = 3; i < pixels.length; i += 4) if (pixels[i]! > 0) return false;
  return true;
}

/** Whether no element has an extent: its points all coincide, or lie on a line that is only filled. */
export function hasNoExtent(elements: readonly DrawingElement[]): boolean {
  return elements.every((element) =>
    element.kind === "group" ? hasNoExtent(element.children) : isFlat(element),
  );
}

function isFlat(shape: Shape): boolean {
  const points = pointsOf(shape);
  if (points === undefined) return false;
  const [first] = points;
  const last = points.find(({ x, y }) => x !== first?.x || y !== first.y);
  if (first === undefined || last === undefined) return true;
  if (shape.stroke !== null) return false;
  return points.every(
    ({ x, y }) => (x - first.x) * (last.y - first.y) === (y - first.y) * (last.x - first.x),
  );
}

/** undefined for shapes that always have an extent. */
function pointsOf(shape: Shape): readonly Point[] | undefined {
  switch (shape.kind) {
    case "path":
      return pointsOfPath(shape);
    case "polyline":
    case "polygon":
      return shape.points;
    case "line":
      return [
        { x: shape.x1, y: shape.y1 },
        { x: shape.x2, y: shape.y2 },
      ];
    default:
      return undefined;
  }
}

function pointsOfPath({ commands }: PathShape): readonly Point[] | undefined {
  if (commands.some(({ type }) => type === "A")) return undefined;
  return commands.flatMap((command) => {
    if (command.type === "Z" || command.type === "A") return [];
    const { x, y } = command;
    if (command.type === "Q")
      return [
        { x: command.x1, y: command.y1 },
        { x, y },
      ];
    if (command.type !== "C") return [{ x, y }];
    return [
      { x: command.x1, y: command.y1 },
      { x: command.x2, y: command.y2 },
      { x, y },
    ];
  });
}
