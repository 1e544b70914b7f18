/**
 * The tokenizer of a pretrained model, as the `semantic` and `text` tokenizers need it: text
 * to ids and back, and for every token the bytes that it stands for, over which decoding is
 * constrained.
 */

import { PathloomError } from "../../errors/index.ts";
import type { TextAround } from "../core/svg-tokenizer.ts";

export interface BaseTokenizer {
  /** Highest id + 1; a model's embedding may have more rows. */
  readonly size: number;
  /** Known by their usual names, or named by the caller; absent where the model has none. */
  readonly special: BaseSpecialTokens;
  /**
   * Whether a piece of text (at the start, and after an added token) gets a space in front, as
   * SentencePiece's dummy prefix does.
   */
  readonly spaceInFront: boolean;

  /**
   * The ids of a text, without the special tokens that a template would put around it.
   * @param data a part of the text in which no added token is looked for.
   */
  encode(text: string, data?: TextRange): number[];
  /** The text of ids; bytes that are no UTF-8 become U+FFFD. @throws RangeError for a foreign id. */
  decode(ids: ArrayLike<number>): string;
  /**
   * The bytes that the token adds to a text. Added tokens have theirs, too; a number
   * that no token bears has none. @throws RangeError for an id out of range.
   */
  tokenBytes(id: number): Uint8Array;
  /** The token as it stands in the vocabulary; "" for a number that no token bears. */
  token(id: number): string;
  id(token: string): number | undefined;
  /** Whether the token is one of `added_tokens`, found in a text before all else. */
  isAdded(id: number): boolean;

  /** This tokenizer with more tokens, numbered from `size` on; those that it has keep their ids. */
  withTokens(tokens: readonly NewToken[]): BaseTokenizer;
  /** In the layout of Hugging Face `tokenizer.json`. */
  toJSON(): unknown;
}

/** From `start` up to, not including, `end`, in UTF-16 units. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/**
 * A text with data in it, and where the data is.
 * @param around what the program itself writes before and after.
 */
export function withData(
  data: string,
  around: TextAround = { before: "", after: "" },
): readonly [text: string, data: TextRange] {
  const { before, after } = around;
  const range = { start: before.length, end: before.length + data.length };
  return [before + data + after, range];
}

export interface BaseSpecialTokens {
  readonly bos: number | undefined;
  readonly eos: number | undefined;
  readonly pad: number | undefined;
}

export interface NewToken {
  readonly content: string;
  /** Special tokens are left out when a library decodes for display. */
  readonly special: boolean;
}

/** The file is no tokenizer, or one that these classes do not read. */
export class BaseTokenizerError extends PathloomError {
  override readonly name: string = "BaseTokenizerError";
  override readonly code: string = "ERR_BASE_TOKENIZER";
  /** Where in the file, as keys joined by dots. */
  readonly place: string;

  constructor(place: string, message: string) {
    super(`tokenizer.json, at ${place}: ${message}`);
    this.place = place;
  }
}
