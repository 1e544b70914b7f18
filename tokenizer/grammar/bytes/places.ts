/**
 * Where a drawing stands, as one number: the machine's state, how many groups are open, whether
 * something was shown, and which facts hold. For each place it is known how the drawing ends in few
 * bytes: within a group by leaving it, outside in the fewest that show something.
 */
import { type ByteMachine, effectBits, effectCodes, markBits } from "./compile.ts";
import { Facts } from "./facts.ts";

/** Groups within groups: with the root and an element as many as parsers take within each other. */
const deepestGroup = 198;
const layers = 2 * (deepestGroup + 1);
const unreachable = 2 ** 30;
const effectMask = (1 << effectBits) - 1;

export class Places {
  readonly machine: ByteMachine;
  /** In state 0, in no group, nothing shown, no fact. */
  readonly start = 0;
  readonly #facts: Facts;
  readonly #steps: Steps;
  /** [2 * states]: outside of groups, the first column of the shortest ending; -1 for none. */
  readonly #toEnd: Int16Array;
  /** [states]: within a group, the first column of the shortest way out of it; -1 for none. */
  readonly #toLeave: Int16Array;

  /** @throws RangeError when the grammar holds no drawing, or groups from which none comes. */
  constructor(machine: ByteMachine) {
    this.machine = machine;
    this.#facts = new Facts(machine);
    this.#steps = new Steps(machine);
    this.#toEnd = this.#measureToEnd();
    this.#toLeave = this.#measureToLeave();
    if (!this.endable(this.start)) throw new RangeError("the grammar holds no drawing");
    if (!this.#steps.afterLeaves.every((state) => this.#toEnd[2 * state]! >= 0)) {
      throw new RangeError(
        "no drawing of the grammar goes on after a group in which nothing shows",
      );
    }
  }

  /** Whether the drawing can still be brought to an end. */
  endable(place: number): boolean {
    return this.isEnd(place) || this.#next(place) >= 0;
  }

  /** The place one symbol further towards the end. */
  towardsEnd(place: number): { readonly place: number; readonly column: number } {
    const column = this.#next(place);
    return { place: this.step(place, column), column };
  }

  #next(place: number): number {
    const bare = place % (this.machine.states * layers);
    const layer = bare % layers;
    const state = (bare - layer) / layers;
    return layer > 1 ? this.#toLeave[state]! : this.#toEnd[2 * state + layer]!;
  }

  shown(place: number): boolean {
    return place % 2 === 1;
  }

  /** The same place where something was shown. */
  withShown(place: number): number {
    return place | 1;
  }

  /** Whether an element ends before a symbol. */
  crossesBorder(place: number, column: number): boolean {
    return ((this.#entry(place, column) >> effectBits) & markBits.border) !== 0;
  }

  #entry(place: number, column: number): number {
    const { columns, effect, states } = this.machine;
    const state = Math.floor((place % (states * layers)) / layers);
    return effect[state * columns + column]!;
  }

  /** The place after a symbol; -1 where it may not follow. */
  step(place: number, column: number): number {
    const { columns, target, effect, states } = this.machine;
    const bare = place % (states * layers);
    let facts = (place - bare) / (states * layers);
    const layer = bare % layers;
    const at = ((bare - layer) / layers) * columns + column;
    const state = target[at]!;
    if (state < 0) return -1;
    const entry = effect[at]!;
    let depth = layer >> 1;
    let shown = layer & 1;
    if (depth === 0 && ((entry >> effectBits) & markBits.shown) !== 0) shown = 1;
    const code = entry & effectMask;
    switch (code) {
      case effectCodes.none:
        break;
      case effectCodes.enter:
        if (depth === deepestGroup) return -1;
        depth++;
        break;
      case effectCodes.leave:
        if (depth === 0) return -1;
        depth--;
        break;
      case effectCodes.end:
        if (depth > 0 || shown === 0) return -1;
        break;
      default:
        facts = this.#facts.after(facts, code - effectCodes.facts);
        if (facts < 0) return -1;
    }
    return (facts * states + state) * layers + 2 * depth + shown;
  }

  isEnd(place: number): boolean {
    const { states, following } = this.machine;
    return following[Math.floor((place % (states * layers)) / layers)]!.length === 0;
  }

  /** Breadth first from the ends, against the steps, over 2 * state + shown. */
  #measureToEnd(): Int16Array {
    const { states, following } = this.machine;
    const search = new Search(2 * states);
    for (let state = 0; state < states; state++) {
      if (following[state]!.length === 0) search.begin(2 * state + 1);
    }
    return search.run((place, visit) => {
      const shown = place & 1;
      this.#steps.before(place >> 1, (state, column, entry) => {
        const shows = ((entry >> effectBits) & markBits.shown) !== 0;
        if (shows && shown === 0) return;
        visit(2 * state + shown, column);
        if (shows && (entry & effectMask) !== effectCodes.end) visit(2 * state, column);
      });
    });
  }

  #measureToLeave(): Int16Array {
    const search = new Search(this.machine.states);
    this.#steps.leaves((state, column) => search.reach(state, column));
    return search.run((place, visit) => {
      this.#steps.before(place, (state, column, entry) => {
        if ((entry & effectMask) !== effectCodes.end) visit(state, column);
      });
    });
  }
}

/** The steps of a machine by where they lead, but for those into and out of groups. */
class Steps {
  /** States that follow on a group. */
  readonly afterLeaves: readonly number[];
  readonly #machine: ByteMachine;
  /** Steps to state `n` are `first[n]` to `first[n + 1] - 1`. */
  readonly #first: Int32Array;
  /** Of each step: state * columns + column. */
  readonly #from: Int32Array;

  constructor(machine: ByteMachine) {
    this.#machine = machine;
    const { target, states } = machine;
    const counts = new Int32Array(states + 2);
    this.#each((at) => counts[target[at]! + 2]!++);
    for (let i = 2; i < counts.length; i++) counts[i]! += counts[i - 1]!;
    this.#from = new Int32Array(counts[states + 1]!);
    this.#each((at) => {
      this.#from[counts[target[at]! + 1]!++] = at;
    });
    this.#first = counts;
    const after = new Set<number>();
    this.leaves((_, __, to) => after.add(to));
    this.afterLeaves = [...after];
  }

  /** @param found a state, the column of a step from it to `state`, and the step's entry. */
  before(state: number, found: (state: number, column: number, entry: number) => void): void {
    const { columns, effect } = this.#machine;
    for (let i = this.#first[state]!; i < this.#first[state + 1]!; i++) {
      const at = this.#from[i]!;
      found(Math.floor(at / columns), at % columns, effect[at]!);
    }
  }

  /** The steps out of groups. */
  leaves(found: (state: number, column: number, to: number) => void): void {
    const { columns, effect, target, following } = this.#machine;
    following.forEach((taken, state) => {
      for (const column of taken) {
        const at = state * columns + column;
        if ((effect[at]! & effectMask) === effectCodes.leave) found(state, column, target[at]!);
      }
    });
  }

  /** Steps that are possible whatever the facts are. */
  #each(visit: (at: number) => void): void {
    const { columns, effect, effects, following } = this.#machine;
    following.forEach((taken, state) => {
      for (const column of taken) {
        const at = state * columns + column;
        const code = effect[at]! & effectMask;
        if (code === effectCodes.enter || code === effectCodes.leave) continue;
        const fact = effects[code - effectCodes.facts];
        if (fact === undefined || "says" in fact) visit(at);
      }
    });
  }
}

/** A search, breadth first, that notes at each place the column of the step that leads on. */
class Search {
  readonly #distance: Int32Array;
  readonly #next: Int16Array;
  #front: number[] = [];

  constructor(places: number) {
    this.#distance = new Int32Array(places).fill(unreachable);
    this.#next = new Int16Array(places).fill(-1);
  }

  /** A place where the way ends. */
  begin(place: number): void {
    this.#distance[place] = 0;
    this.#front.push(place);
  }

  /** A place whose next symbol ends the way. */
  reach(place: number, column: number): void {
    if (this.#distance[place] === unreachable) this.begin(place);
    this.#next[place] = Math.max(this.#next[place]!, column);
  }

  run(before: (place: number, visit: (place: number, column: number) => void) => void): Int16Array {
    for (let distance = 1; this.#front.length > 0; distance++) {
      const next: number[] = [];
      const visit = (place: number, column: number) => {
        if (this.#distance[place]! < distance) return;
        if (this.#distance[place]! > distance) next.push(place);
        this.#distance[place] = distance;
        this.#next[place] = Math.max(this.#next[place]!, column);
      };
      for (const place of this.#front) before(place, visit);
      this.#front = next;
    }
    return this.#next;
  }
}
