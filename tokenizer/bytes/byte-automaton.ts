/** The automaton of a grammar over bytes: a place in it, and the tokens that are left. */
import type { Automaton, AutomatonState } from "../automaton.ts";
import type { TokenGrammar } from "./token-grammar.ts";

export class ByteAutomaton implements Automaton {
  readonly vocabularySize: number;
  readonly #grammar: TokenGrammar;

  constructor(grammar: TokenGrammar) {
    this.vocabularySize = grammar.size;
    this.#grammar = grammar;
  }

  start(budget: number): AutomatonState {
    const shortest = this.#grammar.ending(this.#grammar.start);
    if (!(budget >= shortest)) {
      throw new RangeError(`a drawing takes ${shortest} tokens at least, not ${budget}`);
    }
    return new ByteAutomatonState(this.#grammar, this.#grammar.start, budget);
  }
}

class ByteAutomatonState implements AutomatonState {
  readonly #grammar: TokenGrammar;
  #place: number;
  #budget: number;
  /** The logits that stay, while the others are overwritten. */
  #kept = new Float32Array(0);

  constructor(grammar: TokenGrammar, place: number, budget: number) {
    this.#grammar = grammar;
    this.#place = place;
    this.#budget = budget;
  }

  get done(): boolean {
    return this.#grammar.isEnd(this.#place);
  }

  get budget(): number {
    return this.#budget;
  }

  get shortestEnding(): number {
    return this.#grammar.ending(this.#place);
  }

  mask(logits: Float32Array): void {
    const { ids, needs, mostNeeded } = this.#grammar.choices(this.#place);
    if (this.#kept.length < ids.length) this.#kept = new Float32Array(ids.length);
    const kept = this.#kept;
    for (let i = 0; i < ids.length; i++) kept[i] = logits[ids[i]!]!;
    logits.fill(Number.NEGATIVE_INFINITY);
    if (mostNeeded <= this.#budget) {
      for (let i = 0; i < ids.length; i++) logits[ids[i]!] = kept[i]!;
      return;
    }
    for (let i = 0; i < ids.length; i++) {
      if (needs[i]! <= this.#budget) logits[ids[i]!] = kept[i]!;
    }
  }

  allows(id: number): boolean {
    return this.#after(id) >= 0;
  }

  accept(id: number): void {
    const next = this.#after(id);
    if (next < 0) throw new RangeError(`token ${id} may not follow here`);
    this.#place = next;
    this.#budget--;
  }

  clone(): AutomatonState {
    return new ByteAutomatonState(this.#grammar, this.#place, this.#budget);
  }

  /** The place after a token; -1 when it may not follow, or no ending would fit. */
  #after(id: number): number {
    const next = this.#grammar.walk(this.#place, id);
    return next >= 0 && this.#grammar.ending(next) < this.#budget ? next : -1;
  }
}
