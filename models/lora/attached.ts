/** An adapter on an engine: its parameters' buffers, and its values in a graph. */
import type { Buffer, Engine, Graph, Value } from "../../engine/index.ts";
import type { DecoderConfig } from "../decoder/config.ts";
import type { Dropout } from "../decoder/dropout.ts";
import type { ParameterSpec } from "../decoder/parameters.ts";
import type { AdapterValues, Addition } from "../decoder/weights.ts";
import { adapterSpecs, type LoraAdapter, loraA, rowsOf } from "./lora-adapter.ts";
import { AdapterError } from "./lora-config.ts";
import { loraAddition } from "./lora-linear.ts";
import { withRows } from "./table-rows.ts";

/** @param rate part of the elements to drop. */
export type DropoutOf = (rate: number) => Dropout;

export class AttachedAdapter {
  readonly name: string;
  /** Under the names that the model gives them: `adapters.<name>.<name within the adapter>`. */
  readonly specs: readonly ParameterSpec[];
  readonly buffers: ReadonlyMap<string, Buffer>;
  /** Without its weights, which are in the buffers. */
  readonly #adapter: LoraAdapter;
  readonly #prefix: string;

  /** @throws AdapterError when a value is missing or of another size. */
  constructor(engine: Engine, config: DecoderConfig, name: string, adapter: LoraAdapter) {
    this.name = name;
    this.#adapter = { ...adapter, weights: new Map() };
    this.#prefix = `adapters.${name}.`;
    const own = adapterSpecs(config, adapter);
    check(name, own, adapter.weights);
    this.specs = own.map((spec) => ({ ...spec, name: this.#prefix + spec.name }));
    this.buffers = new Map(
      own.map(({ name: local, shape }) => [
        this.#prefix + local,
        engine.buffer({ dtype: "float32", shape }, adapter.weights.get(local)!),
      ]),
    );
  }

  /** The adapter with the values that its parameters have now. */
  current(): LoraAdapter {
    const weights = [...this.buffers].map(
      ([name, buffer]) =>
        [name.slice(this.#prefix.length), (buffer.read() as Float32Array).slice()] as const,
    );
    return { ...this.#adapter, weights: new Map(weights) };
  }

  get dropout(): number {
    return this.#adapter.config.dropout;
  }

  /**
   * Adds the adapter's parameters as inputs of the graph.
   * @param inputs gets them, by name.
   * @param dropoutOf makes the dropout of a rate; null where nothing is to be dropped.
   */
  valuesIn(graph: Graph, inputs: Map<string, Value>, dropoutOf: DropoutOf | null): AdapterValues {
    for (const { name, shape } of this.specs) inputs.set(name, graph.input(name, shape));
    const value = (local: string) => inputs.get(this.#prefix + local);
    const { modules, saved, rows } = this.#adapter;
    const { dropout: rate } = this;
    const drop = dropoutOf === null || rate === 0 ? null : dropoutOf(rate);
    const additions = modules.flatMap((module) => {
      const dropout = drop === null ? null : once(drop);
      return module.linears.map(({ path }): [string, Addition] => {
        const addition = loraAddition({
          a: value(loraA(module))!,
          b: value(`${path}.loraB`)!,
          magnitude: value(`${path}.loraMagnitude`) ?? null,
          scale: module.scale,
          dropout,
        });
        return [path, addition];
      });
    });
    return {
      replaced: new Map([
        ...saved.map((name) => [name, value(name)!] as const),
        ...(rows ?? []).map(
          ({ table, ids }) =>
            [table, withRows(whole(table, inputs), value(rowsOf(table))!, ids)] as const,
        ),
      ]),
      additions: new Map(additions),
    };
  }

  dispose(): void {
    for (const buffer of this.buffers.values()) buffer.dispose();
  }
}

/** The linear layers of a module share their input, and what is dropped of it. */
function once(dropout: Dropout): Dropout {
  const known = new Map<Value, Value>();
  return (x) => {
    const dropped = known.get(x) ?? dropout(x);
    known.set(x, dropped);
    return dropped;
  };
}

function whole(table: string, inputs: ReadonlyMap<string, Value>): Value {
  const value = inputs.get(table);
  if (value !== undefined) return value;
  throw new AdapterError(
    `the adapter replaces rows of "${table}", which the model keeps in fewer bits; load the model with this table in float32`,
  );
}

function check(
  adapter: string,
  specs: readonly ParameterSpec[],
  weights: ReadonlyMap<string, Float32Array>,
): void {
  for (const { name, shape } of specs) {
    const values = weights.get(name);
    if (values?.length !== shape.reduce((product, each) => product * each, 1)) {
      throw new AdapterError(
        `adapter "${adapter}": "${name}" ${values === undefined ? "is missing" : `has ${values.length} numbers`}, needs [${shape.join(", ")}]`,
      );
    }
  }
}
