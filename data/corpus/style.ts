/** How a drawing is drawn, where its set does not say: in a word that captions can use. */
import type { Drawing, Paint } from "../../svg/index.ts";
import { shapesOf } from "./move.ts";

export type Style = "outline" | "filled" | "color";

/** `outline`: strokes of one colour, with few fills or none; `filled`: fills of one; else `color`. */
export function styleOf({ elements }: Drawing): Style {
  const shapes = shapesOf(elements);
  const paints = shapes.flatMap(({ fill, stroke }) => [fill, stroke?.paint ?? null]);
  const colors = new Set(paints.flatMap((paint) => (paint === null ? [] : nameOf(paint))));
  if (colors.size > 1) return "color";
  const stroked = shapes.filter(({ stroke }) => stroke !== null).length;
  return 2 * stroked >= shapes.length ? "outline" : "filled";
}

function nameOf(paint: Paint): string {
  return JSON.stringify(paint);
}
