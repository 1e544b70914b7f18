/** How a caption and its drawing lie in one sequence, for every representation alike. */
import type { Drawing } from "../src/svg/index.ts";
import type { Representation } from "./representation.ts";

export interface EncodedSample {
  /** The begin token, the caption, the token that opens the drawing, the drawing, the end token. */
  readonly ids: number[];
  /** Index of the token that opens the drawing. */
  readonly drawingStart: number;
}

/** @throws EncodeError when the drawing is not canonical for the representation. */
export function encodeSample(
  representation: Representation,
  sample: { readonly caption: string; readonly drawing: Drawing },
): EncodedSample {
  const prompt = encodePrompt(representation, sample.caption);
  return {
    ids: [...prompt, ...representation.encode(sample.drawing)],
    drawingStart: prompt.length,
  };
}

/** What stands before the token that opens the drawing. */
export function encodePrompt(representation: Representation, caption: string): number[] {
  return [representation.vocabulary.special.bos, ...representation.encodeText(caption)];
}
