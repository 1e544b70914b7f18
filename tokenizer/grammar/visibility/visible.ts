/** Whether a drawing shows anything. */
import type { Drawing, DrawingElement } from "../../../svg/index.ts";
import { type CanvasSize, leastOpacity, visibilityOf } from "./element-visibility.ts";

/** @param drawing canonical. */
export function isVisible({ width, height, elements }: Drawing): boolean {
  return elements.some((element) => shows(element, 1, { width, height }));
}

function shows(element: DrawingElement, around: number, size: CanvasSize): boolean {
  if (element.kind === "group") {
    const opacity = (around * element.opacity) / 100;
    return opacity >= leastOpacity && element.children.some((child) => shows(child, opacity, size));
  }
  const visibility = visibilityOf(size, element, around);
  visibility.draw((pen) => pen.shape(element));
  return visibility.visible;
}
