/** Whether a tokenizer's automaton accepts what it encodes a drawing as. */
import type { Drawing } from "../../svg/index.ts";
import type { Automaton, SvgTokenizer } from "../../tokenizer/index.ts";
import { smallestBudget } from "./sampling.ts";

export class Acceptance {
  readonly #tokenizer: SvgTokenizer;
  readonly #automaton: Automaton;
  /** Until something shows, the ending that is known has an element that surely does. */
  readonly #reserve: number;

  constructor(tokenizer: SvgTokenizer) {
    this.#tokenizer = tokenizer;
    this.#automaton = tokenizer.automaton();
    this.#reserve = Math.max(20, smallestBudget(this.#automaton));
  }

  /** Index of the first token that may not follow; -1 where all may. */
  refusedAt(drawing: Drawing): number {
    const ids = this.#tokenizer.encode(drawing);
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
