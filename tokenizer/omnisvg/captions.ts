/** The tokens of captions, which stand below the drawing's: of a base model, or learnt from captions. */
import { type BaseTokenizer, BaseTokenizerError, isTextToken, withData } from "../base/index.ts";
import type { BytePairEncoding } from "../bpe/index.ts";
import type { TextAround } from "../core/svg-tokenizer.ts";

export interface CaptionTokens {
  /** Highest id + 1. */
  readonly size: number;
  /** @param around in which added tokens are looked for, unlike in the text. */
  encode(text: string, around?: TextAround): number[];
  decode(ids: ArrayLike<number>): string;
  /** "" for a number that no token bears. */
  token(id: number): string;
  id(token: string): number | undefined;
  /** Whether a text without added tokens may be written with it. */
  isText(id: number): boolean;
}

export function learntCaptions(text: BytePairEncoding): CaptionTokens {
  return {
    size: text.tokens.length,
    encode: (caption, around) => text.encode(withData(caption, around)[0]),
    decode: (ids) => text.decode(ids),
    token: (id) => text.tokens[id] ?? "",
    id: (token) => text.id(token),
    isText: (id) => id >= 0 && id < text.tokens.length,
  };
}

export function baseCaptions(base: BaseTokenizer): CaptionTokens {
  return {
    size: base.size,
    encode: (caption, around) => base.encode(...withData(caption, around)),
    decode: (ids) => base.decode(ids),
    token: (id) => (id < base.size ? base.token(id) : ""),
    id: (token) => base.id(token),
    isText: (id) => isTextToken(base, id),
  };
}

/**
 * Whether a tokenizer is the one that the published models were trained with, as far as its marks tell.
 * @throws BaseTokenizerError naming the mark that has another number.
 */
export function requireQwen(base: BaseTokenizer, marks: Readonly<Record<string, number>>): void {
  for (const [token, id] of Object.entries(marks)) {
    const own = base.id(token);
    if (own === id) continue;
    throw new BaseTokenizerError(
      "added_tokens",
      `${token} is ${own === undefined ? "missing" : `token ${own}`}, but token ${id} in Qwen2.5, over which the published models stand: give its tokenizer.json, or the model "own"`,
    );
  }
}
