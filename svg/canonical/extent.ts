/** How far canonical elements reach, control points and stroke widths included. */
import type { DrawingElement, Shape } from "../drawing.ts";
import { Bounds } from "../path/bounds.ts";

export function extentOf(elements: readonly DrawingElement[]): Bounds {
  const bounds = new Bounds();
  for (const element of elements) addElement(bounds, element);
  return bounds;
}

function addElement(bounds: Bounds, element: DrawingElement): void {
  if (element.kind === "group") {
    for (const child of element.children) addElement(bounds, child);
    return;
  }
  const own = new Bounds();
  addShape(own, element);
  const reach = element.stroke === null ? 0 : element.stroke.width / 2;
  bounds.add(own.left - reach, own.top - reach);
  bounds.add(own.right + reach, own.bottom + reach);
}

function addShape(bounds: Bounds, shape: Shape): void {
  switch (shape.kind) {
    case "circle":
      bounds.addBox(shape.cx - shape.r, shape.cy - shape.r, 2 * shape.r, 2 * shape.r);
      return;
    case "ellipse": {
      const { cx, cy, rx, ry } = shape;
      bounds.addBox(cx - rx, cy - ry, 2 * rx, 2 * ry);
      return;
    }
    case "rect":
      bounds.addBox(shape.x, shape.y, shape.width, shape.height);
      return;
    case "line":
      bounds.add(shape.x1, shape.y1);
      bounds.add(shape.x2, shape.y2);
      return;
    case "polyline":
    case "polygon":
      for (const { x, y } of shape.points) bounds.add(x, y);
      return;
    case "path":
      for (const command of shape.commands) {
        if (command.type === "Z") continue;
        bounds.add(command.x, command.y);
        if (command.type === "C" || command.type === "Q") bounds.add(command.x1, command.y1);
        if (command.type === "C") bounds.add(command.x2, command.y2);
      }
  }
}
