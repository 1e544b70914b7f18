/** The `path` representation: drawings as tokens of their own vocabulary. */
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
} from "./representation.ts";
