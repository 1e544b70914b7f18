/** Tokenizers of pretrained models. Runs in a browser. */
export {
  type BaseSpecialTokens,
  type BaseTokenizer,
  BaseTokenizerError,
  type NewToken,
  type TextRange,
  withData,
} from "./base-tokenizer.ts";
export { BaseVocabulary, isTextToken, requireId, withBegin } from "./base-vocabulary.ts";
export { baseTokenizerFromJSON } from "./hugging-face.ts";
export { readSettingsFile, requireTokenizer, writeSettingsFile } from "./settings-file.ts";
export type { SpecialTokenNames } from "./special-tokens.ts";
