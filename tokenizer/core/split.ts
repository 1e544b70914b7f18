/** A drawing's tokens in two, for tokenizers that write elements one after the other. */
import type { Drawing } from "../../svg/index.ts";
import type { SplitDrawing } from "./svg-tokenizer.ts";

/**
 * @param encode the tokens of a drawing, of which the last ends it.
 * @returns null where the first elements alone are written otherwise.
 */
export function splitBy(
  encode: (drawing: Drawing) => readonly number[],
  drawing: Drawing,
  elements: number,
): SplitDrawing | null {
  const whole = encode(drawing);
  const first = { ...drawing, elements: drawing.elements.slice(0, elements) };
  const given = encode(first).slice(0, -1);
  const isPrefix = given.every((id, index) => id === whole[index]);
  return isPrefix ? { given, rest: whole.slice(given.length) } : null;
}
