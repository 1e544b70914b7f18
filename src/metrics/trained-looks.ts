/** The drawings that a system was trained on, to find those that it copied. */
import {
  type CanonicalOptions,
  type Drawing,
  parseDrawing,
  printDrawing,
  SvgError,
} from "../../svg/index.ts";
import { IconSet, pictureOf } from "../evaluate/index.ts";
import type { TrainedDrawings } from "./judged-set.ts";

/**
 * @param drawings in canonical form.
 * @param canonical the form that a drawing is compared in: that of `drawings`.
 */
export function trainedDrawings(
  drawings: Iterable<Drawing>,
  canonical: CanonicalOptions,
): TrainedDrawings {
  const texts = new Set<string>();
  const known: { captions: string[]; drawing: Drawing }[] = [];
  for (const drawing of drawings) {
    texts.add(printDrawing(drawing));
    known.push({ captions: [], drawing });
  }
  const looks = new IconSet(known);
  return {
    count: known.length,
    nearest(svg) {
      const picture = pictureOf(svg);
      if (picture === null || looks.size === 0) return null;
      return looks.similarities(picture).reduce((most, value) => Math.max(most, value), 0);
    },
    holds(svg) {
      try {
        return texts.has(printDrawing(parseDrawing(svg, canonical).drawing));
      } catch (error) {
        if (error instanceof SvgError) return false;
        throw error;
      }
    },
  };
}
