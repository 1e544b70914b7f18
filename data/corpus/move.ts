/** Drawings moved on their grid: flipped, shifted, with other strokes. Exact, no rounding. */
import type { Drawing, DrawingElement, Shape, Stroke } from "../../svg/index.ts";
import { mapPoints, type PointMap } from "./map-points.ts";

const unmoved: PointMap = {
  x: (x) => x,
  y: (y) => y,
  length: (length) => length,
  stroke: (stroke) => stroke,
  flips: false,
};

/** Flipped from left to right within the view box. `mirror(mirror(d))` equals `d`. */
export function mirror(drawing: Drawing): Drawing {
  return mapPoints(drawing, { ...unmoved, x: (x) => drawing.width - x, flips: true });
}

/** By whole grid units: `dx` to the right, `dy` down. */
export function shift(drawing: Drawing, dx: number, dy: number): Drawing {
  return mapPoints(drawing, { ...unmoved, x: (x) => x + dx, y: (y) => y + dy });
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
