/** How far canonical elements reach. */
import type { DrawingElement, Shape } from "../drawing.ts";
import { Bounds, pathBounds } from "../path/bounds.ts";
import { SegmentList } from "../path/segments.ts";
import { traceCommands } from "./outline.ts";

/** @param stroked whether strokes count, each by half of its width on all sides */
export function extentOf(elements: readonly DrawingElement[], stroked = true): Bounds {
  const bounds = new Bounds();
  for (const element of elements) addElement(bounds, element, stroked);
  return bounds;
}

function addElement(bounds: Bounds, element: DrawingElement, stroked: boolean): void {
  if (element.kind === "group") {
    for (const child of element.children) addElement(bounds, child, stroked);
    return;
  }
  const own = new Bounds();
  addShape(own, element);
  const reach = element.stroke === null || !stroked ? 0 : element.stroke.width / 2;
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
      outline.clear();
      traceCommands(shape.commands, outline);
      bounds.addBounds(pathBounds(outline));
  }
}

const outline = new SegmentList();
