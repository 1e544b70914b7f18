/** Drawings in another size on their grid: points to the nearest unit, strokes to the nearest quarter. */
import type { Drawing, Stroke } from "../../svg/index.ts";
import { mapPoints } from "./map-points.ts";

/** `times` as large about the middle of the view box, which stays; no point lies over half a unit off. */
export function scale(drawing: Drawing, times: number): Drawing {
  const about = (middle: number) => (at: number) => Math.round(middle + (at - middle) * times);
  return mapPoints(drawing, {
    x: about(drawing.width / 2),
    y: about(drawing.height / 2),
    // A radius that is there stays there.
    length: (length) => (length === 0 ? 0 : Math.max(1, Math.round(length * times))),
    stroke: (stroke) => scaleStroke(stroke, times),
    flips: false,
  });
}

function scaleStroke(stroke: Stroke, times: number): Stroke {
  const quarter = (value: number) => Math.max(1, Math.round(4 * value * times)) / 4;
  return {
    ...stroke,
    width: quarter(stroke.width),
    dashes: stroke.dashes.map(quarter),
    dashOffset: Math.round(4 * stroke.dashOffset * times) / 4,
  };
}
