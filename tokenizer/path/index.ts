/** The `path` representation: drawings as tokens of their own vocabulary. */
export { learnPathMerges, type MergeResult, type MergeTraining } from "./learn-merges.ts";
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
  createPathRepresentation,
  type PathRepresentation,
  type PathSettings,
  readPathRepresentation,
  withMerges,
} from "./representation.ts";
