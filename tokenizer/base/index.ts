/** Tokenizers of pretrained models. Runs in a browser; see `native.ts` for Node alone. */
export {
  type BaseSpecialTokens,
  type BaseTokenizer,
  BaseTokenizerError,
  type NewToken,
  type TextRange,
  withData,
} from "./base-tokenizer.ts";
export { BaseVocabulary, requireId, withBegin } from "./base-vocabulary.ts";
export { baseTokenizerFromJSON } from "./hugging-face.ts";
export { readSettingsFile, requireTokenizer, writeSettingsFile } from "./settings-file.ts";
export type { SpecialTokenNames } from "./special-tokens.ts";
