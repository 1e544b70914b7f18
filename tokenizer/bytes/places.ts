/**
 * Where a drawing stands, as one number: the machine's state, how many groups are open, whether
 * something was shown, and which facts hold. For each place it is known how the drawing ends in few
 * bytes: in the fewest, were there no facts; those that hold allow no less.
 */
import { type ByteMachine, effectBits, effectCodes } from "./compile.ts";
import { Facts } from "./facts.ts";

/** Groups that decoding opens within groups. */
export const deepestGroup = 6;
/** An element within more groups may be made invisible by their opacities, and does not count. */
const deepestShown = 3;
const depths = deepestGroup + 1;
const layers = 2 * depths;
const unreachable = 2 ** 30;

export class Places {
  readonly machine: ByteMachine;
  readonly start = 0;
  readonly #facts: Facts;
  /** Places that differ by more than facts. */
  readonly #bare: number;
  /** [bare]: bytes and symbols of the ending; 0 where the drawing has ended. */
  readonly #distance: Int32Array;
  /** [bare]: column of the first symbol of that ending; -1 where there is none. */
  readonly #next: Int16Array;

  /** @throws RangeError when the grammar holds no drawing. */
  constructor(machine: ByteMachine) {
    this.machine = machine;
    this.#facts = new Facts(machine);
    this.#bare = machine.states * layers;
    this.#distance = new Int32Array(this.#bare).fill(unreachable);
    this.#next = new Int16Array(this.#bare).fill(-1);
    this.#measure();
    if (!this.endable(this.start)) throw new RangeError("the grammar holds no drawing");
  }

  /** Whether the drawing can still be brought to an end. */
  endable(place: number): boolean {
    return this.#distance[place % this.#bare]! < unreachable;
  }

  /** The place one symbol further towards the end. */
  towardsEnd(place: number): { readonly place: number; readonly column: number } {
    const column = this.#next[place % this.#bare]!;
    return { place: this.step(place, column), column };
  }

  /** The place after a symbol; -1 where it may not follow. */
  step(place: number, column: number): number {
    const { columns, target, effect } = this.machine;
    const bare = place % this.#bare;
    let facts = (place - bare) / this.#bare;
    const layer = bare % layers;
    const at = ((bare - layer) / layers) * columns + column;
    const state = target[at]!;
    if (state < 0) return -1;
    const entry = effect[at]!;
    const code = entry % (1 << effectBits);
    let depth = layer >> 1;
    let shown = layer & 1;
    const conditions = entry >> effectBits;
    if (conditions > 0 && depth <= deepestShown && this.#facts.shows(facts, conditions)) shown = 1;
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
    return facts * this.#bare + state * layers + 2 * depth + shown;
  }

  isEnd(place: number): boolean {
    return this.#following(place).length === 0;
  }

  /** Columns of the symbols that may follow but for the groups. */
  #following(place: number): Int16Array {
    return this.machine.following[Math.floor((place % this.#bare) / layers)]!;
  }

  /** Breadth first from the ends, against the steps. */
  #measure(): void {
    const { reached, first, from, column } = this.#steps();
    let front = reached.filter((place) => this.isEnd(place));
    for (const place of front) this.#distance[place] = 0;
    for (let distance = 1; front.length > 0; distance++) {
      const next: number[] = [];
      for (const place of front) {
        for (let i = first[place]!; i < first[place + 1]!; i++) {
          const before = from[i]!;
          if (this.#distance[before]! < distance) continue;
          if (this.#distance[before]! > distance) next.push(before);
          // Among equals the last symbol wins: endings then have large digits, so that an outline
          // does not end where it began.
          this.#distance[before] = distance;
          this.#next[before] = Math.max(this.#next[before]!, column[i]!);
        }
      }
      front = next;
    }
  }

  /** Places without facts that can be reached, and the steps between them by where they lead. */
  #steps() {
    const first = new Int32Array(this.#bare + 2);
    const seen = new Uint8Array(this.#bare);
    const reached = [this.start];
    seen[this.start] = 1;
    for (let i = 0; i < reached.length; i++) {
      for (const column of this.#following(reached[i]!)) {
        const to = this.step(reached[i]!, column) % this.#bare;
        if (to < 0) continue;
        first[to + 2]!++;
        if (seen[to] === 0) reached.push(to);
        seen[to] = 1;
      }
    }
    for (let i = 2; i < first.length; i++) first[i]! += first[i - 1]!;
    const from = new Int32Array(first[this.#bare + 1]!);
    const columnOf = new Int16Array(from.length);
    for (const place of reached) {
      for (const column of this.#following(place)) {
        const to = this.step(place, column) % this.#bare;
        if (to < 0) continue;
        const at = first[to + 1]!++;
        from[at] = place;
        columnOf[at] = column;
      }
    }
    return { reached, first, from, column: columnOf };
  }
}
