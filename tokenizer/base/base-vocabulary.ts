/** The vocabulary of a tokenizer that writes with a base tokenizer's tokens. */
import type { SpecialTokens, Vocabulary } from "../core/vocabulary.ts";
import { type BaseTokenizer, BaseTokenizerError } from "./base-tokenizer.ts";

export class BaseVocabulary implements Vocabulary {
  readonly size: number;
  readonly special: SpecialTokens;
  readonly #base: BaseTokenizer;

  constructor(base: BaseTokenizer, special: SpecialTokens) {
    this.size = base.size;
    this.special = special;
    this.#base = base;
  }

  token(id: number): string {
    return this.#base.token(id);
  }

  id(token: string): number | undefined {
    return this.#base.id(token);
  }
}

/** Whether a text without added tokens may be written with the token. */
export function isTextToken(base: BaseTokenizer, id: number): boolean {
  return id >= 0 && id < base.size && !base.isAdded(id) && base.token(id) !== "";
}

/** The id of a token that was added. @throws BaseTokenizerError when it was not. */
export function requireId(base: BaseTokenizer, token: string): number {
  const id = base.id(token);
  if (id === undefined) {
    throw new BaseTokenizerError("added_tokens", `the token ${token} is missing`);
  }
  return id;
}

const startOfText = "<|startoftext|>";

/**
 * The tokenizer and its tokens that begin and pad a sample; where it has neither a begin nor an end
 * token, one is added.
 */
export function withBegin(base: BaseTokenizer): {
  readonly base: BaseTokenizer;
  readonly bos: number;
  readonly pad: number;
} {
  const known = base.special.bos ?? base.special.eos;
  const extended =
    known === undefined ? base.withTokens([{ content: startOfText, special: true }]) : base;
  const bos = known ?? requireId(extended, startOfText);
  return { base: extended, bos, pad: base.special.pad ?? base.special.eos ?? bos };
}
