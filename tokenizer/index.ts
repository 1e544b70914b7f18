/** Drawings and captions as token ids, and back. Imports `src/svg` alone. Runs in a browser. */
export type { Automaton, AutomatonState } from "./automaton.ts";
export {
  type BaseSpecialTokens,
  type BaseTokenizer,
  BaseTokenizerError,
  baseTokenizerFromJSON,
  type NewToken,
  type SpecialTokenNames,
} from "./base/index.ts";
export {
  type BytePairData,
  BytePairEncoding,
  BytePairError,
  type BytePairTraining,
  trainBytePairs,
} from "./bpe/index.ts";
export { GrammarError } from "./bytes/index.ts";
export { representationFromJSON } from "./from-json.ts";
export {
  createOmniSvgRepresentation,
  type OmniSvgOptions,
  type OmniSvgRepresentation,
  type OmniSvgSettings,
} from "./omnisvg/index.ts";
export {
  canonicalOptionsOf,
  createPathRepresentation,
  defaultPathOptions,
  learnPathMerges,
  type MergeResult,
  type MergeTraining,
  type PathMerge,
  PathMergeError,
  type PathOptions,
  PathOptionsError,
  type PathRepresentation,
  type PathSettings,
  parsePathOptions,
  strokeIconOptions,
  withMerges,
} from "./path/index.ts";
export { promptTemplateIn, withPromptTemplate } from "./prompt-template.ts";
export { DecodeError, EncodeError, type Representation } from "./representation.ts";
export { type EncodedSample, encodePrompt, encodeSample } from "./sample.ts";
export {
  chunkCaption,
  joinScene,
  type SceneChunk,
  SceneError,
  type SceneSummary,
  splitScene,
} from "./scenes/index.ts";
export {
  createSemanticRepresentation,
  defaultSemanticOptions,
  llm4svgOptions,
  llm4svgToSvg,
  parseSemanticOptions,
  readLlm4svg,
  type SemanticOptions,
  SemanticOptionsError,
  type SemanticRepresentation,
  type SemanticSettings,
  semanticFromJSON,
  semanticTokens,
  type TokenDescription,
} from "./semantic/index.ts";
export {
  createTextRepresentation,
  defaultTextOptions,
  parseTextOptions,
  type TextOptions,
  TextOptionsError,
  type TextRepresentation,
  type TextSettings,
  textFromJSON,
} from "./text/index.ts";
export { bytePairTokenizerJSON, TokenizerFileError } from "./tokenizer-file.ts";
export type { SpecialTokens, Vocabulary } from "./vocabulary.ts";
