/**
 * Constrained decoding: a grammar that says at each step which tokens may follow, and how few are
 * needed to end, so that a sampled sequence always decodes and always ends within its budget. Every
 * tokenizer has one; `grammar/grammar-automaton.ts` makes it of the tokenizer's rules.
 * @example
 * const state = tokenizer.automaton().start(200);
 * const logits = new Float32Array(tokenizer.vocabulary.size);
 * while (!state.done) {
 *   state.mask(logits);
 *   state.accept(logits.findIndex(Number.isFinite));
 * }
 */
export interface Automaton {
  readonly vocabularySize: number;
  /**
   * Begins a drawing, at the token that opens it.
   * @param budget how many tokens the whole drawing may take, opening and end included.
   * @throws RangeError when not even the shortest drawing fits the budget.
   */
  start(budget: number): AutomatonState;
}

/** A place within a drawing. Mutable: `accept` moves it on. */
export interface AutomatonState {
  /** True once the end token was accepted. */
  readonly done: boolean;
  /** Tokens left. */
  readonly budget: number;
  /** Tokens of the shortest ending from here; never above `budget`. */
  readonly shortestEnding: number;

  /**
   * Sets to -Infinity every logit whose token may not follow, or after which no ending would fit.
   * At least one logit stays finite unless the state is done.
   * @param logits [vocabulary], changed in place; may be longer than the vocabulary (padded head).
   */
  mask(logits: Float32Array): void;
  allows(id: number): boolean;
  /** @throws RangeError when the token may not follow here. */
  accept(id: number): void;
  clone(): AutomatonState;
}
