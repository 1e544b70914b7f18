/** The grammar of the path tokenizer as an automaton that masks logits. */
import { AllowedIds } from "../core/allowed-ids.ts";
import type { Automaton, AutomatonState } from "../core/automaton.ts";
import { advance } from "./advance.ts";
import { cloneState, type DrawingState, startState } from "./drawing-state.ts";
import { shortestEnding } from "./endings.ts";
import type { Grammar } from "./grammar.ts";
import { collectIds } from "./next-ids.ts";

/**
 * Accepts a part of what `decode` reads, so that every sequence is a drawing worth rendering: numbers
 * are in the ranges of canonical drawings, and something that surely shows is drawn. Until it is, what
 * could hide it is left out: faint strokes, gaps between dashes, low opacities.
 */
export class PathAutomaton implements Automaton {
  readonly vocabularySize: number;
  readonly #grammar: Grammar;

  constructor(grammar: Grammar) {
    this.vocabularySize = grammar.layout.size;
    this.#grammar = grammar;
  }

  start(budget: number): AutomatonState {
    const state = startState(this.#grammar, budget);
    const shortest = shortestEnding(state);
    if (!(budget >= shortest)) {
      throw new RangeError(`a drawing takes ${shortest} tokens at least, not ${budget}`);
    }
    return new PathAutomatonState(state);
  }
}

class PathAutomatonState implements AutomatonState {
  readonly #state: DrawingState;
  readonly #ids = new AllowedIds();
  /** Whether `#ids` are those of the state. */
  #collected = false;

  constructor(state: DrawingState) {
    this.#state = state;
  }

  get done(): boolean {
    return this.#state.mode === "done";
  }

  get budget(): number {
    return this.#state.budget;
  }

  get shortestEnding(): number {
    return shortestEnding(this.#state);
  }

  mask(logits: Float32Array): void {
    this.#collect().mask(logits);
  }

  allows(id: number): boolean {
    return this.#collect().has(id);
  }

  accept(id: number): void {
    if (!this.allows(id)) throw new RangeError(`token ${id} may not follow here`);
    this.#collected = false;
    advance(this.#state, id);
  }

  clone(): AutomatonState {
    return new PathAutomatonState(cloneState(this.#state));
  }

  #collect(): AllowedIds {
    if (!this.#collected) collectIds(this.#state, this.#ids);
    this.#collected = true;
    return this.#ids;
  }
}
