/** A decoder with its parameters on an engine, adapters over it, and the programs compiled for it. */
import {
  type Buffer,
  type Engine,
  type Graph,
  ProgramCache,
  type Value,
} from "../src/engine/index.ts";
import { AttachedAdapter, type DropoutOf } from "./adapters/attached.ts";
import type { LoraAdapter } from "./adapters/lora-adapter.ts";
import { AdapterError } from "./adapters/lora-config.ts";
import { checkDecoderConfig, type DecoderConfig, ModelConfigError } from "./config.ts";
import { type ParameterSpec, parameterCount, parameterSpecs } from "./parameters.ts";
import { parameterInputs, Weights } from "./weights.ts";

/** Shapes of generation come in few buckets, and each program holds working memory of its own. */
const maxPrograms = 12;

export class Model {
  readonly config: DecoderConfig;
  readonly engine: Engine;
  /** Compiled for this model with its active adapters, by shape. */
  readonly programs: ProgramCache;
  readonly #base: ReadonlyMap<string, Buffer>;
  readonly #adapters = new Map<string, AttachedAdapter>();
  /** In the order in which they apply. */
  #active: readonly AttachedAdapter[] = [];
  #parameters: ReadonlyMap<string, Buffer>;

  /**
   * @param weights values by parameter name, one for each of `parameterSpecs(config)`.
   * @throws ModelConfigError when one is missing, unknown or of another size.
   */
  constructor(engine: Engine, config: DecoderConfig, weights: ReadonlyMap<string, Float32Array>) {
    checkDecoderConfig(config);
    checkWeights(config, weights);
    this.engine = engine;
    this.config = config;
    this.programs = new ProgramCache(engine, maxPrograms);
    this.#base = new Map(
      parameterSpecs(config).map(({ name, shape }) => [
        name,
        engine.buffer({ dtype: "float32", shape }, weights.get(name)!),
      ]),
    );
    this.#parameters = this.#base;
  }

  /** Of the decoder, without adapters. */
  get parameterCount(): number {
    return parameterCount(this.config);
  }

  /**
   * By parameter name: the decoder's, and those of the active adapters. The trainer updates them in
   * place.
   */
  get parameters(): ReadonlyMap<string, Buffer> {
    return this.#parameters;
  }

  /** Parameters as the inputs of a program built with `weightsIn`. */
  get parameterBuffers(): Record<string, Buffer> {
    return Object.fromEntries(this.parameters);
  }

  /** What training changes unless told otherwise: the active adapters, or the decoder without any. */
  get trainable(): readonly ParameterSpec[] {
    if (this.#active.length === 0) return parameterSpecs(this.config);
    return this.#active.flatMap(({ specs }) => specs);
  }

  /**
   * Adds every parameter as an input of the graph.
   * @param dropoutOf makes the dropout that adapters ask for, in training; null drops nothing.
   * @returns the values by name, and the same for the decoder to look up.
   */
  weightsIn(
    graph: Graph,
    dropoutOf: DropoutOf | null = null,
  ): { readonly values: ReadonlyMap<string, Value>; readonly weights: Weights } {
    const base = parameterInputs(graph, this.config);
    const values = new Map(base);
    const adapters = this.#active.map((each) => each.valuesIn(graph, values, dropoutOf));
    return { values, weights: new Weights(base, adapters) };
  }

  /**
   * Puts an adapter over the decoder, beside those that are there, and makes it the active one.
   * @throws AdapterError when the name is taken or the adapter does not fit.
   */
  attach(name: string, adapter: LoraAdapter): void {
    if (this.#adapters.has(name)) throw new AdapterError(`there is an adapter "${name}" already`);
    this.#adapters.set(name, new AttachedAdapter(this.engine, this.config, name, adapter));
    this.activate([name]);
  }

  /**
   * Chooses which adapters apply, in order; none leaves the decoder alone. Trainers and sessions made
   * before are for the old choice.
   * @throws AdapterError when there is none of a name.
   */
  activate(names: readonly string[]): void {
    this.#active = names.map((name) => this.#attached(name));
    this.#parameters = new Map([
      ...this.#base,
      ...this.#active.flatMap(({ buffers }) => [...buffers]),
    ]);
    this.programs.dispose();
  }

  /** Frees an adapter. @returns it, with its values. */
  detach(name: string): LoraAdapter {
    const attached = this.#attached(name);
    const adapter = attached.current();
    this.activate(this.#active.map((each) => each.name).filter((each) => each !== name));
    this.#adapters.delete(name);
    attached.dispose();
    return adapter;
  }

  /** An attached adapter with the values that it has now: copies. */
  adapter(name: string): LoraAdapter {
    return this.#attached(name).current();
  }

  /** The decoder's values now, by name, without adapters: copies. */
  weights(): Map<string, Float32Array> {
    return new Map(
      [...this.#base].map(([name, buffer]) => [name, (buffer.read() as Float32Array).slice()]),
    );
  }

  dispose(): void {
    this.programs.dispose();
    for (const adapter of this.#adapters.values()) adapter.dispose();
    for (const buffer of this.#base.values()) buffer.dispose();
  }

  #attached(name: string): AttachedAdapter {
    const attached = this.#adapters.get(name);
    if (attached !== undefined) return attached;
    const names = [...this.#adapters.keys()].join(", ") || "none";
    throw new AdapterError(`there is no adapter "${name}"; there are: ${names}`);
  }
}

function checkWeights(config: DecoderConfig, weights: ReadonlyMap<string, Float32Array>): void {
  const specs = parameterSpecs(config);
  for (const { name, shape } of specs) {
    const values = weights.get(name);
    const size = shape.reduce((product, each) => product * each, 1);
    if (values === undefined) throw new ModelConfigError(`weights: "${name}" is missing`);
    if (values.length !== size) {
      throw new ModelConfigError(
        `weights: "${name}" has ${values.length} numbers, needs [${shape.join(", ")}]`,
      );
    }
  }
  const known = new Set(specs.map((spec) => spec.name));
  for (const name of weights.keys()) {
    if (!known.has(name)) throw new ModelConfigError(`weights: "${name}" belongs to no layer`);
  }
}
