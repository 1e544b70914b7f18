/** The `path` tokenizer: drawings as tokens of their own vocabulary. */

export type { PathLayout, TokenClass } from "./layout.ts";
export { classesOf } from "./layout.ts";
export {
  learnPathMerges,
  type MergeResult,
  type MergeTraining,
  type MergeUnit,
} from "./learn-merges.ts";
export { type PathMerge, PathMergeError } from "./merges.ts";
export {
  canonicalOptionsOf,
  defaultPathOptions,
  type PathOptions,
  PathOptionsError,
  parsePathOptions,
  strokeIconOptions,
} from "./options.ts";
export {
  createPathTokenizer,
  type PathSettings,
  type PathTokenizer,
  readPathTokenizer,
  withMerges,
} from "./tokenizer.ts";
export type { PathVocabulary } from "./vocabulary.ts";
