/**
 * The automaton over merged tokens: a run may follow where its tokens may follow one another. An
 * ending is counted without merges, which could make it shorter, so that none is promised wrongly.
 */
import { AllowedIds } from "../core/allowed-ids.ts";
import type { Automaton, AutomatonState } from "../core/automaton.ts";
import { advance } from "./advance.ts";
import { cloneState, type DrawingState, startState } from "./drawing-state.ts";
import { shortestEnding } from "./endings.ts";
import type { Grammar } from "./grammar.ts";
import type { PathMerges } from "./merges.ts";
import { collectIds } from "./next-ids.ts";

/** The runs by their tokens; those with a common beginning share it. */
interface Branch {
  readonly token: number;
  readonly branches: Branch[];
  /** Runs that end here. */
  readonly runs: number[];
}

export class MergedPathAutomaton implements Automaton {
  readonly vocabularySize: number;
  readonly #grammar: Grammar;
  readonly #merges: PathMerges;
  readonly #roots: readonly Branch[];

  constructor(grammar: Grammar, merges: PathMerges) {
    this.vocabularySize = merges.firstId + merges.runs.length;
    this.#grammar = grammar;
    this.#merges = merges;
    this.#roots = branchesOf(merges.runs);
  }

  /** @throws RangeError when not even the shortest drawing fits the budget. */
  start(budget: number): AutomatonState {
    const state = startState(this.#grammar, budget);
    const shortest = shortestEnding(state);
    if (!(budget >= shortest)) {
      throw new RangeError(`a drawing takes ${shortest} tokens at least, not ${budget}`);
    }
    return new MergedState(state, this.#merges, this.#roots);
  }
}

function branchesOf(runs: readonly (readonly number[])[]): Branch[] {
  const roots: Branch[] = [];
  for (const [index, run] of runs.entries()) {
    let siblings = roots;
    for (const [i, token] of run.entries()) {
      let branch = siblings.find((sibling) => sibling.token === token);
      if (branch === undefined) {
        branch = { token, branches: [], runs: [] };
        siblings.push(branch);
      }
      if (i === run.length - 1) branch.runs.push(index);
      siblings = branch.branches;
    }
  }
  return roots;
}

class MergedState implements AutomatonState {
  readonly #state: DrawingState;
  readonly #merges: PathMerges;
  readonly #roots: readonly Branch[];
  readonly #ids = new AllowedIds();
  /** [runs]: 1 where the run may follow. */
  readonly #runs: Uint8Array;
  #collected = false;

  constructor(state: DrawingState, merges: PathMerges, roots: readonly Branch[]) {
    this.#state = state;
    this.#merges = merges;
    this.#roots = roots;
    this.#runs = new Uint8Array(merges.runs.length);
  }

  get done(): boolean {
    return this.#state.mode === "done";
  }

  get budget(): number {
    return this.#state.budget;
  }

  /** Without merges. */
  get shortestEnding(): number {
    return shortestEnding(this.#state);
  }

  mask(logits: Float32Array): void {
    this.#collect();
    const { firstId } = this.#merges;
    this.#ids.mask(logits);
    for (let run = 0; run < this.#runs.length; run++) {
      if (this.#runs[run] === 0) logits[firstId + run] = Number.NEGATIVE_INFINITY;
    }
  }

  allows(id: number): boolean {
    this.#collect();
    const { firstId } = this.#merges;
    return id >= firstId ? this.#runs[id - firstId] === 1 : this.#ids.has(id);
  }

  accept(id: number): void {
    if (!this.allows(id)) throw new RangeError(`token ${id} may not follow here`);
    this.#collected = false;
    const state = this.#state;
    const budget = state.budget - 1;
    for (const token of this.#merges.runs[id - this.#merges.firstId] ?? [id]) advance(state, token);
    state.budget = budget;
  }

  clone(): AutomatonState {
    return new MergedState(cloneState(this.#state), this.#merges, this.#roots);
  }

  #collect(): void {
    if (this.#collected) return;
    this.#collected = true;
    this.#runs.fill(0);
    // Within a run the budget must not bind, as all of it is one token; its end is checked below.
    const free = cloneState(this.#state);
    free.budget = Number.POSITIVE_INFINITY;
    this.#follow(free, this.#roots);
    const { firstId, runs } = this.#merges;
    collectIds(this.#state, this.#ids);
    this.#ids.addRange(firstId, firstId + runs.length - 1);
  }

  #follow(state: DrawingState, branches: readonly Branch[]): void {
    const allowed = new AllowedIds();
    collectIds(state, allowed);
    for (const { token, branches: further, runs } of branches) {
      if (!allowed.has(token)) continue;
      const next = cloneState(state);
      advance(next, token);
      if (shortestEnding(next) < this.#state.budget) for (const run of runs) this.#runs[run] = 1;
      if (further.length > 0) this.#follow(next, further);
    }
  }
}
