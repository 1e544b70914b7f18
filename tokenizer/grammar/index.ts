/** One automaton for every grammar of tokens: what it asks of a grammar, and of what can be seen. */
export { AllowedIds } from "./allowed-ids.ts";
export { GrammarAutomaton, type TokenGrammarRules } from "./grammar-automaton.ts";
export { MaskedRules, type Moves } from "./masked-rules.ts";
