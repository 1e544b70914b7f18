/** Drawings and captions as token ids, and back. Imports `svg` alone. Runs in a browser. */

export type { TextRange } from "./base/index.ts";
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
export type { Automaton, AutomatonState } from "./core/automaton.ts";
export {
  answerOpening,
  captionEnd,
  captionOpening,
  type EncodedAnswer,
  type EncodedTaskPrompt,
  encodeCaptionAnswer,
  encodeDrawingAnswer,
  encodeTaskPrompt,
  type TaskGiven,
} from "./core/encode-task.ts";
export { promptTemplateIn, withPromptTemplate } from "./core/prompt-template.ts";
export { type EncodedSample, encodePrompt, encodeSample } from "./core/sample.ts";
export type { TextAround } from "./core/svg-tokenizer.ts";
export {
  DecodeError,
  type DrawingProgress,
  EncodeError,
  type SplitDrawing,
  type SvgTokenizer,
  type TokenStructure,
} from "./core/svg-tokenizer.ts";
export {
  type PromptPiece,
  plainTemplates,
  promptPieces,
  type Slot,
  slotsOf,
  type Task,
  type TaskTemplate,
  type TaskTemplates,
  tasks,
} from "./core/tasks.ts";
export { bytePairTokenizerJSON, TokenizerFileError } from "./core/tokenizer-file.ts";
export type { SpecialTokens, Vocabulary } from "./core/vocabulary.ts";
export { templatesIn, withTemplates } from "./core/with-templates.ts";
export { saysTokenizer, tokenizerFromJSON } from "./from-json.ts";
export { GrammarError } from "./grammar/bytes/index.ts";
export {
  createOmniSvgTokenizer,
  type OmniSvgOptions,
  type OmniSvgSettings,
  type OmniSvgTokenizer,
} from "./omnisvg/index.ts";
export type { PathLayout, PathVocabulary, TokenClass } from "./path/index.ts";
export {
  canonicalOptionsOf,
  classesOf,
  createPathTokenizer,
  defaultPathOptions,
  learnPathMerges,
  type MergeResult,
  type MergeTraining,
  type MergeUnit,
  type PathMerge,
  PathMergeError,
  type PathOptions,
  PathOptionsError,
  type PathSettings,
  type PathTokenizer,
  parsePathOptions,
  strokeIconOptions,
  withMerges,
} from "./path/index.ts";
export type { Bounds } from "./scenes/index.ts";
export {
  chunkCaption,
  joinScene,
  type SceneChunk,
  SceneError,
  type SceneSummary,
  splitScene,
} from "./scenes/index.ts";
export {
  createSemanticTokenizer,
  defaultSemanticOptions,
  llm4svgOptions,
  llm4svgToSvg,
  parseSemanticOptions,
  type SemanticOptions,
  SemanticOptionsError,
  type SemanticSettings,
  type SemanticTokenizer,
  semanticFromJSON,
  semanticTokens,
  type TokenDescription,
} from "./semantic/index.ts";
export {
  createTextTokenizer,
  defaultTextOptions,
  parseTextOptions,
  type TextOptions,
  TextOptionsError,
  type TextSettings,
  type TextTokenizer,
  textFromJSON,
} from "./text/index.ts";
