/** Whether a tokenizer has tokens for colours: one for icons of one colour has `currentColor` alone. */
import { parseDrawing } from "../../../svg/index.ts";
import { EncodeError, type SvgTokenizer } from "../../../tokenizer/index.ts";

const black = '<svg viewBox="0 0 4 4"><path fill="#000" d="M0 0h4v4H0z"/></svg>';

export function holdsColours(tokenizer: SvgTokenizer): boolean {
  const { drawing } = parseDrawing(black, tokenizer.canonical);
  try {
    tokenizer.encode(tokenizer.fit?.(drawing) ?? drawing);
    return true;
  } catch (error) {
    if (error instanceof EncodeError) return false;
    throw error;
  }
}
