/**
 * Where a drawing stands, as one number: the machine's state, how many groups are open, and whether
 * something was shown. For each place it is known how the drawing ends in the fewest bytes.
 */
import { type ByteMachine, effectCodes, showsBit } from "./compile.ts";

/** Groups that decoding opens within groups. */
export const deepestGroup = 8;
/** An element within more groups may be made invisible by their opacities, and does not count. */
const deepestShown = 3;
const depths = deepestGroup + 1;
const layers = 2 * depths;
const unreachable = 2 ** 30;

export class Places {
  readonly machine: ByteMachine;
  readonly count: number;
  readonly start: number;
  /** [count]: bytes and symbols of the shortest ending; 0 where the drawing has ended. */
  readonly distance: Int32Array;
  /** [count]: column of the first symbol of that ending; -1 where there is none. */
  readonly next: Int16Array;

  /** @throws RangeError when the grammar holds no drawing. */
  constructor(machine: ByteMachine) {
    this.machine = machine;
    this.count = machine.states * layers;
    this.start = 0;
    this.distance = new Int32Array(this.count).fill(unreachable);
    this.next = new Int16Array(this.count).fill(-1);
    this.#measure();
    if (this.distance[this.start] === unreachable) {
      throw new RangeError("the grammar holds no drawing");
    }
  }

  /** Whether the drawing can still be brought to an end. */
  endable(place: number): boolean {
    return this.distance[place]! < unreachable;
  }

  /** The place after a symbol; -1 where it may not follow. */
  step(place: number, column: number): number {
    const { columns, target, effect } = this.machine;
    const layer = place % layers;
    const at = ((place - layer) / layers) * columns + column;
    const state = target[at]!;
    if (state < 0) return -1;
    let depth = layer >> 1;
    const code = effect[at]!;
    const shows = code >= showsBit && depth <= deepestShown;
    const shown = shows ? 1 : layer & 1;
    switch (code % showsBit) {
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
    }
    return state * layers + 2 * depth + shown;
  }

  isEnd(place: number): boolean {
    return this.#following(place).length === 0;
  }

  /** Columns of the symbols that may follow but for the groups. */
  #following(place: number): Int16Array {
    return this.machine.following[(place - (place % layers)) / layers]!;
  }

  /** Breadth first from the ends, against the steps. */
  #measure(): void {
    const before = this.#predecessors();
    let front: number[] = [];
    for (let place = 0; place < this.count; place++) {
      if (!this.isEnd(place)) continue;
      this.distance[place] = 0;
      front.push(place);
    }
    while (front.length > 0) {
      const reached = new Set<number>();
      for (const place of front) {
        for (let i = before.first[place]!; i < before.first[place + 1]!; i++) {
          const from = before.from[i]!;
          const distance = this.distance[place]! + 1;
          if (this.distance[from]! < distance) continue;
          // Among equals the last symbol wins: endings then have large digits, so that an outline
          // does not end where it began.
          this.distance[from] = distance;
          this.next[from] = Math.max(this.next[from]!, before.column[i]!);
          reached.add(from);
        }
      }
      front = [...reached];
    }
  }

  /** Steps by the place that they lead to. */
  #predecessors() {
    const first = new Int32Array(this.count + 2);
    const each = (visit: (from: number, column: number, to: number) => void) => {
      for (let place = 0; place < this.count; place++) {
        for (const column of this.#following(place)) {
          const to = this.step(place, column);
          if (to >= 0) visit(place, column, to);
        }
      }
    };
    each((_from, _column, to) => {
      first[to + 2]!++;
    });
    for (let i = 2; i < first.length; i++) first[i]! += first[i - 1]!;
    const steps = first[this.count + 1]!;
    const from = new Int32Array(steps);
    const columnOf = new Int16Array(steps);
    each((place, column, to) => {
      const at = first[to + 1]!++;
      from[at] = place;
      columnOf[at] = column;
    });
    return { first, from, column: columnOf };
  }
}
