/** How a caption and its drawing lie in one sequence, for every tokenizer alike. */
import type { Drawing } from "../../svg/index.ts";
import { answerOpening, encodeTaskPrompt } from "./encode-task.ts";
import type { SvgTokenizer } from "./svg-tokenizer.ts";

export interface EncodedSample {
  /** The begin token, the caption, the token that opens the drawing, the drawing, the end token. */
  readonly ids: number[];
  /** Index of the token that opens the drawing. */
  readonly drawingStart: number;
}

/**
 * A caption and its drawing as one sequence to train on.
 * @throws EncodeError when the drawing is not canonical for the tokenizer.
 * @example
 * const { ids, drawingStart } = encodeSample(tokenizer, { caption: "arrow right", drawing });
 * console.log(ids.length - drawingStart, "tokens of the drawing");
 */
export function encodeSample(
  tokenizer: SvgTokenizer,
  sample: { readonly caption: string; readonly drawing: Drawing },
): EncodedSample {
  const prompt = encodePrompt(tokenizer, sample.caption);
  return {
    ids: [...prompt, ...tokenizer.encode(sample.drawing)],
    drawingStart: prompt.length,
  };
}

/**
 * What stands before the token that opens the drawing.
 * @example
 * const ids = encodePrompt(tokenizer, "arrow right");
 */
export function encodePrompt(tokenizer: SvgTokenizer, caption: string): number[] {
  const { ids } = encodeTaskPrompt(tokenizer, "text-to-svg", { caption });
  return [...ids, ...answerOpening(tokenizer, "text-to-svg")];
}
