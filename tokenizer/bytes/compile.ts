/**
 * An expression as a deterministic machine: Thompson's construction, then subsets (Aho, Lam, Sethi,
 * Ullman, "Compilers", section 3.7). Where several readings go on, the machine follows them all;
 * when one of them shows something, so it is.
 */
import type { Effect, Expression } from "./expression.ts";

/** What a symbol does, in the low bits of a table's entry; from `facts` on, + an index in `effects`. */
export const effectCodes = { none: 0, enter: 1, leave: 2, end: 3, facts: 4 } as const;
type FactEffect = Exclude<Effect, string>;
/** Above the effect's bits: bit `n` is set where something shows before the symbol on condition `n`. */
export const effectBits = 6;

export interface ByteMachine {
  readonly states: number;
  /** [symbols]: the column of each symbol in the tables, in order; -1 for one that never occurs. */
  readonly columnOf: Int16Array;
  readonly columns: number;
  /** [states * columns]: the next state; -1 where the symbol may not follow. */
  readonly target: Int32Array;
  /** [states * columns]: an effect code, and above it the conditions on which something shows. */
  readonly effect: Uint16Array;
  /** What is said, denied or required of facts. */
  readonly effects: readonly FactEffect[];
  /** The facts that each condition requires. */
  readonly conditions: readonly number[];
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
  if (network.conditions.length > mostConditions) throw new RangeError("too many conditions");
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
  /** The same, and something has been shown. */
  readonly showing: { readonly to: number; readonly condition: number }[][] = [];
  readonly effects: FactEffect[] = [];
  readonly conditions: number[] = [];

  node(): number {
    this.arcs.push([]);
    this.free.push([]);
    this.showing.push([]);
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
      case "shown":
        this.showing[from]!.push({ to, condition: indexIn(this.conditions, expression.requires) });
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

/** Conditions that an entry's bits can tell apart. */
const mostConditions = 16 - effectBits;
/** Ways to be in a node: nothing shown, or something on a condition. */
const kinds = 1 + mostConditions;

class SubsetConstruction {
  readonly #network: Network;
  readonly #columnOf: Int16Array;
  readonly #columns: number;
  readonly #closures: (Int32Array | undefined)[] = [];
  /** States by the nodes that symbols lead to, and by all that is free to reach from there. */
  readonly #byNodes = new Map<string, number>();
  readonly #byPlaces = new Map<string, number>();
  /** Places of each state: `kinds` * node, + 1 + the condition on which something has been shown. */
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
      effect: Uint16Array.from(effect),
      effects: this.#network.effects,
      conditions: this.#network.conditions,
      following,
    };
  }

  #reach(places: Int32Array, reached: Map<number, number[]>, effects: number[]): void {
    for (const place of places) {
      const shown = place % kinds;
      const shows = shown === 0 ? 0 : 1 << (shown - 1 + effectBits);
      for (const arc of this.#network.arcs[(place - shown) / kinds]!) {
        for (const symbol of arc.symbols) {
          const column = this.#columnOf[symbol]!;
          const known = effects[column]!;
          const nodes = reached.get(column);
          if (nodes === undefined) reached.set(column, [arc.to]);
          else if (known % (1 << effectBits) !== arc.effect) {
            throw new RangeError(`symbol ${symbol} has two effects in one place`);
          } else nodes.push(arc.to);
          effects[column] = known | arc.effect | shows;
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

  /** The places of several nodes; a node reached in several ways counts as shown. */
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
    const { free, showing, arcs } = this.#network;
    const found = new Set([kinds * node]);
    for (const place of found) {
      const shown = place % kinds;
      const at = (place - shown) / kinds;
      for (const next of free[at]!) found.add(kinds * next + shown);
      for (const { to, condition } of showing[at]!) found.add(kinds * to + 1 + condition);
    }
    for (const place of found) {
      if (arcs[Math.floor(place / kinds)]!.length === 0) found.delete(place);
    }
    const places = strongest(found);
    this.#closures[node] = places;
    return places;
  }
}

/** Without those in which nothing is shown where the same node is reached with something shown. */
function strongest(places: ReadonlySet<number>): Int32Array {
  const shown = new Set<number>();
  for (const place of places) if (place % kinds > 0) shown.add(place - (place % kinds));
  const kept = [...places].filter((place) => place % kinds > 0 || !shown.has(place));
  return Int32Array.from(kept).sort();
}

function ascending(a: number, b: number): number {
  return a - b;
}

function indexIn(list: number[], value: number): number {
  const index = list.indexOf(value);
  return index >= 0 ? index : list.push(value) - 1;
}
