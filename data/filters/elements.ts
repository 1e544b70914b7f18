import type { Drawing, DrawingElement } from "../../svg/index.ts";
import { type Bounds, type FilterFault, outside } from "./options.ts";

/** Shapes count, groups do not. */
export function elementsFault({ elements }: Drawing, bounds: Bounds): FilterFault | null {
  const fault = outside(shapesIn(elements), bounds, "elements");
  return fault && { filter: "elements", ...fault };
}

function shapesIn(elements: readonly DrawingElement[]): number {
  return elements.reduce(
    (sum, element) => sum + (element.kind === "group" ? shapesIn(element.children) : 1),
    0,
  );
}
