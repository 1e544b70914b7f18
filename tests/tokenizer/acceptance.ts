/** Whether a representation's automaton accepts what it encodes a drawing as. */
import type { Drawing } from "../../src/svg/index.ts";
import type { Automaton, Representation } from "../../tokenizer/index.ts";
import { smallestBudget } from "./sampling.ts";

export class Acceptance {
  readonly #representation: Representation;
  readonly #automaton: Automaton;
  /** Until something shows, the ending that is known has an element that surely does. */
  readonly #reserve: number;

  constructor(representation: Representation) {
    this.#representation = representation;
    this.#automaton = representation.automaton();
    this.#reserve = Math.max(20, smallestBudget(this.#automaton));
  }

  /** Index of the first token that may not follow; -1 where all may. */
  refusedAt(drawing: Drawing): number {
    const ids = this.#representation.encode(drawing);
    const state = this.#automaton.start(ids.length + this.#reserve);
    const at = ids.findIndex((id) => {
      if (!state.allows(id)) return true;
      state.accept(id);
      return false;
    });
    if (at < 0 && !state.done) throw new Error("the drawing does not end with its tokens");
    return at;
  }
}
