/**
 * Groups in their one form: a group is kept where it paints several elements as one, or beside others
 * tells which belong together. One of a single element, or one that is all there is, dissolves.
 */
import type { DrawingElement } from "../drawing.ts";
import type { CanonicalOptions } from "../options.ts";
import { sortElements } from "./order.ts";
import { percent } from "./percent.ts";

/**
 * What stands for a group.
 *
 * @param children canonical
 * @param opacity percent, not rounded
 */
export function settleGroup(
  children: readonly DrawingElement[],
  opacity: number,
  options: CanonicalOptions,
): readonly DrawingElement[] {
  const rounded = percent(opacity);
  if (rounded === 0 || children.length === 0) return [];
  if (options.groups === "flatten" || children.length === 1) {
    if (rounded === 100) return children;
    return children.map((child) => fade(child, opacity)).filter((child) => child.opacity > 0);
  }
  return [{ kind: "group", opacity: rounded, children }];
}

function fade(element: DrawingElement, opacity: number): DrawingElement {
  return { ...element, opacity: percent((element.opacity * opacity) / 100) };
}

/** What stands for the outermost group, which the drawing itself is. */
export function settleDrawing(
  elements: readonly DrawingElement[],
  options: CanonicalOptions,
): readonly DrawingElement[] {
  const [only] = elements;
  const dissolves = elements.length === 1 && only!.kind === "group" && only!.opacity === 100;
  const settled = dissolves ? (only as DrawingElement & { kind: "group" }).children : elements;
  return options.order === "sorted" ? sortElements(settled) : settled;
}
