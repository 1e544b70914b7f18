/** A drawing as markup within a page. */
import { type Drawing, printDrawing } from "../../../svg/index.ts";

/** @param key distinguishes the drawing's ids from those of the page's other drawings. */
export function inlineDrawing(drawing: Drawing, key: string): string {
  return printDrawing(drawing)
    .replaceAll(/\bid="([^"]*)"/g, `id="${key}-$1"`)
    .replaceAll(/url\(#([^)]*)\)/g, `url(#${key}-$1)`);
}
