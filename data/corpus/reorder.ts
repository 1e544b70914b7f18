/** A drawing whose elements are painted in another order, where that shows nothing else. */
import type { Drawing, DrawingElement } from "../../svg/index.ts";
import { type Extent, extentOf } from "./extent.ts";
import { shapesOf } from "./move.ts";

/**
 * Neighbours change places where they surely do not touch: their boxes, with whole strokes and the tips of
 * miters around, are apart.
 * @param random from 0 to less than 1.
 */
export function reorder(drawing: Drawing, random: () => number): Drawing {
  const placed = drawing.elements.map((element) => ({ element, extent: roomOf(drawing, element) }));
  for (let pass = 0; pass < placed.length; pass++) {
    for (let at = 1; at < placed.length; at++) {
      const [before, after] = [placed[at - 1]!, placed[at]!];
      if (random() < 0.5 && areApart(before.extent, after.extent)) {
        [placed[at - 1], placed[at]] = [after, before];
      }
    }
  }
  return { ...drawing, elements: placed.map(({ element }) => element) };
}

/** Null where it is not known. */
function roomOf(drawing: Drawing, element: DrawingElement): Extent | null {
  const extent = extentOf({ ...drawing, elements: [element] });
  if (extent === null) return null;
  const margins = shapesOf([element]).map(({ stroke }) => {
    if (stroke === null) return 0;
    return (stroke.width * (stroke.join === "miter" ? stroke.miterLimit : 1)) / 2;
  });
  const margin = 1 + margins.reduce((a, b) => Math.max(a, b), 0);
  const { left, top, right, bottom } = extent;
  return {
    ...{ left: left - margin, top: top - margin },
    ...{ right: right + margin, bottom: bottom + margin },
  };
}

function areApart(a: Extent | null, b: Extent | null): boolean {
  if (a === null || b === null) return false;
  return a.right < b.left || b.right < a.left || a.bottom < b.top || b.bottom < a.top;
}
