/** A decoder's parameters as values of a graph, looked up by name. */
import { type Graph, GraphError, type Value } from "../src/engine/index.ts";
import type { DecoderConfig } from "./config.ts";
import { parameterSpecs } from "./parameters.ts";

export class Weights {
  readonly #values: ReadonlyMap<string, Value>;
  readonly #prefix: string;

  constructor(values: ReadonlyMap<string, Value>, prefix = "") {
    this.#values = values;
    this.#prefix = prefix;
  }

  /** The parameters below a name, as `at("layers.0.attention")`. */
  at(name: string): Weights {
    return new Weights(this.#values, `${this.#prefix}${name}.`);
  }

  /** @throws GraphError when there is no such parameter. */
  get(name: string): Value {
    const value = this.find(name);
    if (value === null) throw new GraphError(`no parameter "${this.#prefix}${name}"`);
    return value;
  }

  find(name: string): Value | null {
    return this.#values.get(this.#prefix + name) ?? null;
  }
}

/** Adds every parameter as an input of the graph, under its own name. */
export function parameterInputs(graph: Graph, config: DecoderConfig): Map<string, Value> {
  return new Map(
    parameterSpecs(config).map((spec) => [spec.name, graph.input(spec.name, spec.shape)]),
  );
}
