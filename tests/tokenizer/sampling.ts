/** Sequences drawn from random logits under an automaton. */
import type { Automaton, AutomatonState } from "../../tokenizer/index.ts";

/** Numbers from 0 to 1 by a linear congruential generator. */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** The fewest tokens of a drawing. */
export function smallestBudget(automaton: Automaton): number {
  for (let budget = 1; ; budget++) {
    try {
      automaton.start(budget);
      return budget;
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
    }
  }
}

/**
 * The best of random logits at each step, which are drawn only where the mask leaves any; `damped`
 * ids lose a part of theirs, so that the many coordinates do not crowd out the rest.
 */
export function sampleIds(
  state: AutomatonState,
  logits: Float32Array,
  random: () => number,
  damped: (id: number) => boolean,
): number[] {
  const ids: number[] = [];
  while (!state.done) {
    logits.fill(0);
    state.mask(logits);
    let best = -1;
    let bestLogit = Number.NEGATIVE_INFINITY;
    for (let id = 0; id < logits.length; id++) {
      if (logits[id] !== 0) continue;
      const logit = random() - (damped(id) ? 0.9 : 0);
      if (logit > bestLogit) {
        best = id;
        bestLogit = logit;
      }
    }
    if (best < 0) throw new Error(`no token may follow ${ids.join(" ")}`);
    state.accept(best);
    ids.push(best);
    if (state.shortestEnding > state.budget) {
      throw new Error(`no ending fits the budget after ${ids.join(" ")}`);
    }
  }
  return ids;
}
