/**
 * An expression as a deterministic machine: Thompson's construction, then subsets (Aho, Lam, Sethi,
 * Ullman, "Compilers", section 3.7). Where several readings go on, the machine follows them all;
 * what one of them marks is marked.
 */
import type { Effect, Expression, Mark } from "./expression.ts";

/** What a symbol does, in the low bits of a table's entry; from `facts` on, + an index in `effects`. */
export const effectCodes = { none: 0, enter: 1, leave: 2, end: 3, facts: 4 } as const;
type FactEffect = Exclude<Effect, string>;
/** Above the effect's bits stand those of the marks before the symbol. */
export const effectBits = 6;
export const markBits: Readonly<Record<Mark, number>> = { shown: 1, border: 2 };
/** Ways to be in a node: by which marks. */
const kinds = 4;

export interface ByteMachine {
  readonly states: number;
  /** [symbols]: the column of each symbol in the tables, in order; -1 for one that never occurs. */
  readonly columnOf: Int16Array;
  readonly columns: number;
  /** [states * columns]: the next state; -1 where the symbol may not follow. */
  readonly target: Int32Array;
  /** [states * columns]: an effect code, and above it the marks before the symbol. */
  readonly effect: Uint8Array;
  /** [columns]: the inverse of `columnOf`. */
  readonly symbolOf: Int16Array;
  /** What is said or required of facts. */
  readonly effects: readonly FactEffect[];
  /** [states]: the columns of the symbols that may follow; empty where the drawing has ended. */
  readonly following: readonly Int16Array[];
}

/**
 * The machine begins in state 0.
 * @throws RangeError when one symbol would have two effects, or there are too many facts.
 */
export function compile(expression: Expression, symbols: number): ByteMachine {
  const network = new Network();
  const start = network.node();
  network.add(expression, start, network.node());
  const used = new Set(network.arcs.flatMap((arcs) => arcs.flatMap((arc) => arc.symbols)));
  const columnOf = new Int16Array(symbols).fill(-1);
  [...used]
    .sort((a, b) => a - b)
    .forEach((symbol, column) => {
      columnOf[symbol] = column;
    });
  return new SubsetConstruction(network, columnOf, used.size).run(start);
}

interface Arc {
  readonly symbols: readonly number[];
  readonly effect: number;
  readonly to: number;
}

/** A nondeterministic automaton. */
class Network {
  readonly arcs: Arc[][] = [];
  /** Steps that take no symbol. */
  readonly free: number[][] = [];
  /** The same, with what they mark. */
  readonly marked: { readonly to: number; readonly bits: number }[][] = [];
  readonly effects: FactEffect[] = [];

  node(): number {
    this.arcs.push([]);
    this.free.push([]);
    this.marked.push([]);
    return this.arcs.length - 1;
  }

  add(expression: Expression, from: number, to: number): void {
    switch (expression.kind) {
      case "symbols":
        this.arcs[from]!.push({
          symbols: expression.symbols,
          effect: this.#code(expression.effect),
          to,
        });
        return;
      case "mark":
        this.marked[from]!.push({ to, bits: markBits[expression.mark] });
        return;
      case "choice":
        for (const part of expression.parts) this.add(part, from, to);
        return;
      case "sequence": {
        let at = from;
        for (const part of expression.parts) {
          const next = this.node();
          this.add(part, at, next);
          at = next;
        }
        this.free[at]!.push(to);
        return;
      }
      case "repeat":
        this.#repeat(expression.part, expression.min, expression.max, from, to);
        return;
    }
  }

  #code(effect: Effect): number {
    if (typeof effect === "string") return effectCodes[effect];
    const known = this.effects.findIndex(
      (other) => JSON.stringify(other) === JSON.stringify(effect),
    );
    const index = known >= 0 ? known : this.effects.push(effect) - 1;
    const code = effectCodes.facts + index;
    if (code >= 1 << effectBits) throw new RangeError("the grammar says too much of facts");
    return code;
  }

  #repeat(part: Expression, min: number, max: number, from: number, to: number): void {
    let at = from;
    const append = () => {
      const next = this.node();
      this.add(part, at, next);
      at = next;
    };
    const endless = max === Number.POSITIVE_INFINITY;
    for (let i = endless ? 1 : 0; i < min; i++) append();
    if (endless) {
      const loop = this.node();
      this.free[at]!.push(loop);
      at = loop;
      append();
      this.free[at]!.push(loop, to);
      if (min === 0) this.free[loop]!.push(to);
      return;
    }
    this.free[at]!.push(to);
    for (let i = min; i < max; i++) {
      append();
      this.free[at]!.push(to);
    }
  }
}

class SubsetConstruction {
  readonly #network: Network;
  readonly #columnOf: Int16Array;
  readonly #columns: number;
  readonly #closures: (Int32Array | undefined)[] = [];
  /** States by the nodes that symbols lead to, and by all that is free to reach from there. */
  readonly #byNodes = new Map<string, number>();
  readonly #byPlaces = new Map<string, number>();
  /** Places of each state: `kinds` * node + the bits of the marks on the way to it. */
  readonly #sets: Int32Array[] = [];

  constructor(network: Network, columnOf: Int16Array, columns: number) {
    this.#network = network;
    this.#columnOf = columnOf;
    this.#columns = columns;
  }

  run(start: number): ByteMachine {
    const columns = this.#columns;
    const target: number[] = [];
    const effect: number[] = [];
    const following: Int16Array[] = [];
    this.#number([start]);
    for (let state = 0; state < this.#sets.length; state++) {
      const reached = new Map<number, number[]>();
      const effects = new Array<number>(columns).fill(0);
      this.#reach(this.#sets[state]!, reached, effects);
      const taken = Int16Array.from(reached.keys()).sort();
      const row = state * columns;
      for (let column = 0; column < columns; column++) {
        target[row + column] = -1;
        effect[row + column] = effects[column]!;
      }
      for (const column of taken) target[row + column] = this.#number(reached.get(column)!);
      following.push(taken);
    }
    return {
      states: this.#sets.length,
      columnOf: this.#columnOf,
      columns,
      target: Int32Array.from(target),
      effect: Uint8Array.from(effect),
      symbolOf: this.#symbolOf(),
      effects: this.#network.effects,
      following,
    };
  }

  #symbolOf(): Int16Array {
    const symbols = new Int16Array(this.#columns);
    this.#columnOf.forEach((column, symbol) => {
      if (column >= 0) symbols[column] = symbol;
    });
    return symbols;
  }

  #reach(places: Int32Array, reached: Map<number, number[]>, effects: number[]): void {
    for (const place of places) {
      const marks = place % kinds;
      for (const arc of this.#network.arcs[(place - marks) / kinds]!) {
        for (const symbol of arc.symbols) {
          const column = this.#columnOf[symbol]!;
          const known = effects[column]!;
          const nodes = reached.get(column);
          if (nodes === undefined) reached.set(column, [arc.to]);
          else if (known % (1 << effectBits) !== arc.effect) {
            throw new RangeError(`symbol ${symbol} has two effects in one place`);
          } else nodes.push(arc.to);
          effects[column] = known | arc.effect | (marks << effectBits);
        }
      }
    }
  }

  /** The state that stands for these nodes and all that is free to reach from them. */
  #number(nodes: readonly number[]): number {
    const raw = nodes.length > 1 ? [...new Set(nodes)].sort(ascending) : nodes;
    const rawKey = raw.join();
    let number = this.#byNodes.get(rawKey);
    if (number !== undefined) return number;
    const places = this.#union(raw);
    const key = places.join();
    number = this.#byPlaces.get(key);
    if (number === undefined) {
      number = this.#sets.push(places) - 1;
      this.#byPlaces.set(key, number);
    }
    this.#byNodes.set(rawKey, number);
    return number;
  }

  /** The places of several nodes; a node reached in several ways has the marks of all. */
  #union(nodes: readonly number[]): Int32Array {
    if (nodes.length === 1) return this.#closure(nodes[0]!);
    const found = new Set<number>();
    for (const node of nodes) {
      for (const place of this.#closure(node)) found.add(place);
    }
    return strongest(found);
  }

  /** The places that are free to reach from a node, without those that no symbol leaves. */
  #closure(node: number): Int32Array {
    const known = this.#closures[node];
    if (known !== undefined) return known;
    const { free, marked, arcs } = this.#network;
    const found = new Set([kinds * node]);
    for (const place of found) {
      const marks = place % kinds;
      const at = (place - marks) / kinds;
      for (const next of free[at]!) found.add(kinds * next + marks);
      for (const { to, bits } of marked[at]!) found.add(kinds * to + (marks | bits));
    }
    for (const place of found) {
      if (arcs[Math.floor(place / kinds)]!.length === 0) found.delete(place);
    }
    const places = strongest(found);
    this.#closures[node] = places;
    return places;
  }
}

/** Each node once, with all of its marks. */
function strongest(places: ReadonlySet<number>): Int32Array {
  const marks = new Map<number, number>();
  for (const place of places) {
    const node = Math.floor(place / kinds);
    marks.set(node, (marks.get(node) ?? 0) | (place % kinds));
  }
  return Int32Array.from(marks, ([node, bits]) => kinds * node + bits).sort();
}

function ascending(a: number, b: number): number {
  return a - b;
}
