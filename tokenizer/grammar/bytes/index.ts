/** Grammars over bytes, and constrained decoding with them over any vocabulary. */
export { ByteRules, type Shows } from "./byte-rules.ts";
export {
  anyOf,
  border,
  choice,
  type Effect,
  type Expression,
  fraction,
  integer,
  literal,
  nothing,
  optional,
  repeat,
  sequence,
  share,
  shown,
  symbol,
  words,
} from "./expression.ts";
export { GrammarError, type SymbolVocabulary, TokenGrammar } from "./token-grammar.ts";
