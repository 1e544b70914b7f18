/** Drawings and captions as token ids, and back. Imports `src/svg` alone. Runs in a browser. */
export type { Automaton, AutomatonState } from "./automaton.ts";
export { DecodeError, EncodeError, type Representation } from "./representation.ts";
export type { SpecialTokens, Vocabulary } from "./vocabulary.ts";
