/**
 * Graphs of many cases as one program, for an engine whose compiler takes long to begin: each compilation
 * costs the same again, however small the graph.
 */
import {
  type Engine,
  Graph,
  GraphCopier,
  isInput,
  type TensorData,
} from "../../../engine/index.ts";
import { runGraph } from "../finite-differences.ts";

export interface Entry {
  readonly graph: Graph;
  readonly data: Readonly<Record<string, TensorData>>;
}

type Results = Readonly<Record<string, TensorData>>;

export class TogetherRuns {
  readonly #engine: Engine;
  readonly #entries: readonly Entry[];
  readonly #size: number;
  /** By group; null where it could not be run as one. */
  readonly #results = new Map<number, readonly Results[] | null>();

  /** @param size entries in a program. */
  constructor(engine: Engine, entries: readonly Entry[], size: number) {
    this.#engine = engine;
    this.#entries = entries;
    this.#size = size;
  }

  /** Where the group's program fails the entry runs alone, to fail alone. */
  resultsOf(position: number): Results {
    const group = Math.floor(position / this.#size);
    if (!this.#results.has(group)) this.#results.set(group, this.#run(group));
    const results = this.#results.get(group)!;
    if (results !== null) return results[position - group * this.#size]!;
    const { graph, data } = this.#entries[position]!;
    return runGraph(this.#engine, graph, data);
  }

  #run(group: number): Results[] | null {
    const entries = this.#entries.slice(group * this.#size, (group + 1) * this.#size);
    const all = new Graph();
    const data: Record<string, TensorData> = {};
    for (const [i, entry] of entries.entries()) {
      copyInto(all, entry.graph, `${i} `);
      for (const [name, each] of Object.entries(entry.data)) data[`${i} ${name}`] = each;
    }
    try {
      const results = runGraph(this.#engine, all, data);
      return entries.map(({ graph }, i) =>
        Object.fromEntries(
          [...graph.outputs.keys()].map((name) => [name, results[`${i} ${name}`]!]),
        ),
      );
    } catch {
      return null;
    }
  }
}

/** All of a graph, with names that begin with the prefix. */
function copyInto(target: Graph, source: Graph, prefix: string): void {
  const copier = new GraphCopier(target);
  for (const [name, value] of source.inputs) copier.input(value, prefix + name);
  for (const node of source.nodes) if (!isInput(node)) copier.copy(node);
  for (const [name, value] of source.outputs) target.output(prefix + name, copier.image(value));
}
