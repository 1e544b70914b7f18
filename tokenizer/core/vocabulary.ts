/** The tokens of a tokenizer and their numbers. */
export interface Vocabulary {
  /** Number of ids; ids run from 0 to size - 1. */
  readonly size: number;
  readonly special: SpecialTokens;
  /** The token's text, as it stands in the vocabulary file. @throws RangeError for an id out of range. */
  token(id: number): string;
  id(token: string): number | undefined;
}

export interface SpecialTokens {
  readonly pad: number;
  /** Begins a sample. */
  readonly bos: number;
  /** Ends a drawing, and with it the sample. */
  readonly eos: number;
  /** Stands between the caption and the drawing. */
  readonly drawing: number;
}
