/**
 * A decoder's parameters as values of a graph, looked up by name. An adapter's values stand before the
 * decoder's own: one of the same name replaces it, and `additionsTo` a linear layer gives the rest.
 */
import { GraphError, type Value } from "../../engine/index.ts";
import { isQuantized, type WeightMatrix } from "./weight-matrix.ts";

/** What an adapter adds where the decoder uses a matrix. */
export interface Addition {
  /** To a linear layer's output, of its input `[..., inputs]` and matrix: `[..., outputs]`. */
  toLinear(x: Value, weight: WeightMatrix): Value;
  /** To rows that are looked up, of int32 ids `[...]` and the table: `[..., channels]`. */
  toRows(ids: Value, table: WeightMatrix): Value;
}

/** An active adapter in a graph. */
export interface AdapterValues {
  /** Decoder's parameters that it replaces, by name. */
  readonly replaced: ReadonlyMap<string, Value>;
  /** By the path of the linear layer, as `layers.0.attention.query`. */
  readonly additions: ReadonlyMap<string, Addition>;
}

export class Weights {
  readonly #values: ReadonlyMap<string, WeightMatrix>;
  readonly #adapters: readonly AdapterValues[];
  readonly #prefix: string;

  constructor(
    values: ReadonlyMap<string, WeightMatrix>,
    adapters: readonly AdapterValues[] = [],
    prefix = "",
  ) {
    this.#values = values;
    this.#adapters = adapters;
    this.#prefix = prefix;
  }

  /** The parameters below a name, as `at("layers.0.attention")`. */
  at(name: string): Weights {
    return new Weights(this.#values, this.#adapters, `${this.#prefix}${name}.`);
  }

  /** @throws GraphError when there is no such parameter, or it is a matrix that is not float32. */
  get(name: string): Value {
    const value = this.find(name);
    if (value === null) throw new GraphError(`no parameter "${this.#prefix}${name}"`);
    return value;
  }

  /** @throws GraphError for a matrix that is not float32. */
  find(name: string): Value | null {
    const found = this.#find(name);
    if (found !== null && isQuantized(found)) {
      throw new GraphError(`"${this.#prefix}${name}" is kept as ${found.format}`);
    }
    return found;
  }

  /** A matrix in whatever form it is kept. @throws GraphError when there is no such parameter. */
  matrix(name: string): WeightMatrix {
    const found = this.#find(name);
    if (found === null) throw new GraphError(`no parameter "${this.#prefix}${name}"`);
    return found;
  }

  #find(name: string): WeightMatrix | null {
    const full = this.#prefix + name;
    const replaced = this.#adapters.map((adapter) => adapter.replaced.get(full)).filter(Boolean);
    return replaced.at(-1) ?? this.#values.get(full) ?? null;
  }

  /** What the active adapters add to a linear layer. */
  additionsTo(linear: string): Addition[] {
    const full = this.#prefix + linear;
    return this.#adapters.flatMap((adapter) => adapter.additions.get(full) ?? []);
  }
}
