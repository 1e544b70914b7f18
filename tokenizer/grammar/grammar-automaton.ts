/** The one automaton: a budget and a place, over what each grammar says of its places. */
import type { Automaton, AutomatonState } from "../core/automaton.ts";

/** What an automaton asks of a grammar. Only `after` may change a place. */
export interface TokenGrammarRules<Place> {
  /** Highest id + 1. */
  readonly size: number;
  /** The place before the token that opens a drawing. */
  start(budget: number): Place;
  clone(place: Place): Place;
  isEnd(place: Place): boolean;
  /** Tokens of an ending: the shortest that is known. */
  ending(place: Place): number;
  /** Sets to -Infinity the logits of all tokens that may not follow, or leave no ending in the budget. */
  mask(place: Place, budget: number, logits: Float32Array): void;
  allows(place: Place, budget: number, id: number): boolean;
  /** The place behind a token; undefined where it may not follow. The place before is used up. */
  after(place: Place, budget: number, id: number): Place | undefined;
}

export class GrammarAutomaton<Place> implements Automaton {
  readonly vocabularySize: number;
  readonly #rules: TokenGrammarRules<Place>;

  constructor(rules: TokenGrammarRules<Place>) {
    this.vocabularySize = rules.size;
    this.#rules = rules;
  }

  start(budget: number): AutomatonState {
    const place = this.#rules.start(budget);
    const shortest = this.#rules.ending(place);
    if (!(budget >= shortest)) {
      throw new RangeError(`a drawing takes ${shortest} tokens at least, not ${budget}`);
    }
    return new GrammarState(this.#rules, place, budget);
  }
}

class GrammarState<Place> implements AutomatonState {
  readonly #rules: TokenGrammarRules<Place>;
  #place: Place;
  #budget: number;

  constructor(rules: TokenGrammarRules<Place>, place: Place, budget: number) {
    this.#rules = rules;
    this.#place = place;
    this.#budget = budget;
  }

  get done(): boolean {
    return this.#rules.isEnd(this.#place);
  }

  get budget(): number {
    return this.#budget;
  }

  get shortestEnding(): number {
    return this.#rules.ending(this.#place);
  }

  mask(logits: Float32Array): void {
    this.#rules.mask(this.#place, this.#budget, logits);
  }

  allows(id: number): boolean {
    return this.#rules.allows(this.#place, this.#budget, id);
  }

  accept(id: number): void {
    const next = this.#rules.after(this.#place, this.#budget, id);
    if (next === undefined) throw new RangeError(`token ${id} may not follow here`);
    this.#place = next;
    this.#budget--;
  }

  clone(): AutomatonState {
    return new GrammarState(this.#rules, this.#rules.clone(this.#place), this.#budget);
  }
}
