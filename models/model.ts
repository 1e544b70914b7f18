/** A decoder with its parameters on an engine, adapters over it, and the programs compiled for it. */
import { type Buffer, type Engine, type Graph, ProgramCache, type Value } from "../engine/index.ts";
import { checkDecoderConfig, type DecoderConfig, ModelConfigError } from "./decoder/config.ts";
import { type ParameterSpec, parameterCount, parameterSpecs } from "./decoder/parameters.ts";
import { isQuantized, type WeightMatrix } from "./decoder/weight-matrix.ts";
import { Weights } from "./decoder/weights.ts";
import type { DecodingModel } from "./decoding-model.ts";
import { AdapterError, AttachedAdapter, type DropoutOf, type LoraAdapter } from "./lora/index.ts";
import { sourceOf, type WeightSource } from "./parameter-source.ts";
import {
  type ParameterFormat,
  type Prepackable,
  parameterBytes,
  parameterFormat,
  parameterInput,
  prepackableOf,
  QuantizedParameter,
  type WeightDtype,
} from "./quantization/index.ts";

/**
 * Shapes of generation come in few buckets, and each program holds working memory of its own: batches
 * and prompts, each of a power of two, over caches of two or three sizes.
 */
const maxPrograms = 32;

export interface ModelOptions {
  /** How the decoder's matrices are kept; float32 unless given. Only float32 ones can be trained. */
  readonly weightDtype?: WeightDtype;
  /** Parameters that are float32 whatever the storage, to be trained or replaced in part. */
  readonly float32?: readonly string[];
  /**
   * The decoder itself is never trained, though adapters over it may be. An engine then packs its float32
   * matrices, unless they are larger than `mostPackedBytes`.
   */
  readonly frozen?: boolean;
  /** Called after each parameter, with the bytes on the engine so far and in the end. */
  readonly onProgress?: (loaded: number, total: number) => void;
}

/**
 * A decoder with its parameters on an engine, and adapters over it.
 * @example
 * import { initialWeights } from "pathloom/models";
 *
 * const model = new Model(engine, decoder, initialWeights(decoder, { seed: 1 }));
 * console.log(model.parameterCount);
 * model.dispose();
 */
export class Model {
  readonly config: DecoderConfig;
  readonly engine: Engine;
  /** That draw and score with the active adapters, by shape; trainers have their own. */
  readonly programs: ProgramCache;
  readonly weightDtype: WeightDtype;
  readonly #kept: ReadonlyMap<string, ParameterFormat>;
  readonly #base: ReadonlyMap<string, QuantizedParameter>;
  readonly #frozen: boolean;
  readonly #prepackable: Prepackable;
  readonly #adapters = new Map<string, AttachedAdapter>();
  /** In the order in which they apply. */
  #active: readonly AttachedAdapter[] = [];
  #parameters: ReadonlyMap<string, Buffer>;

  /**
   * Parameters are made one after the other, so that a source that reads files holds none of them twice.
   * @param weights values by parameter name, one for each of `parameterSpecs(config)`.
   * @throws ModelConfigError when one is missing, unknown or of another size.
   */
  constructor(
    engine: Engine,
    config: DecoderConfig,
    weights: WeightSource,
    { weightDtype = "float32", float32 = [], frozen = false, onProgress }: ModelOptions = {},
  ) {
    checkDecoderConfig(config);
    checkWeights(config, weights);
    this.engine = engine;
    this.config = config;
    this.weightDtype = weightDtype;
    this.#frozen = frozen;
    this.programs = new ProgramCache(engine, maxPrograms);
    const specs = parameterSpecs(config);
    this.#kept = new Map(
      specs.map((spec) => [
        spec.name,
        parameterFormat(spec, float32.includes(spec.name) ? "float32" : weightDtype),
      ]),
    );
    this.#base = this.#make(specs, weights, onProgress);
    this.#prepackable = prepackableOf([...this.#base.values()], frozen);
    this.#parameters = this.#allBuffers();
  }

  #make(
    specs: readonly ParameterSpec[],
    weights: WeightSource,
    onProgress: ModelOptions["onProgress"],
  ): Map<string, QuantizedParameter> {
    const made = new Map<string, QuantizedParameter>();
    const bytes = (each: ParameterSpec) => parameterBytes(each.shape, this.#kept.get(each.name)!);
    const total = specs.reduce((sum, spec) => sum + bytes(spec), 0);
    let loaded = 0;
    try {
      for (const spec of specs) {
        const source = sourceOf(weights.get(spec.name)!);
        made.set(
          spec.name,
          new QuantizedParameter(this.engine, spec, this.#kept.get(spec.name)!, source),
        );
        loaded += bytes(spec);
        onProgress?.(loaded, total);
      }
      return made;
    } catch (error) {
      for (const parameter of made.values()) parameter.dispose();
      throw error;
    }
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

  /** Base weights that never change and that an engine gains from packing: for any program. */
  get prepackable(): Readonly<Record<string, Buffer>> {
    return this.#prepackable.exactly;
  }

  /**
   * Those, and others whose products, packed, are less exact: for programs that only generate, or that
   * score what is generated.
   */
  get prepackableForGeneration(): Readonly<Record<string, Buffer>> {
    return this.#prepackable.forGeneration;
  }

  /**
   * What training changes unless told otherwise: the active adapters, or the decoder without any.
   * @throws ModelConfigError for a decoder that is frozen or kept in fewer bits, without an adapter.
   */
  get trainable(): readonly ParameterSpec[] {
    if (this.#active.length === 0) {
      if (this.#frozen) {
        throw new ModelConfigError(
          "the model is frozen and cannot be trained: attach an adapter, or load it without `frozen`",
        );
      }
      if (this.weightDtype === "float32") return parameterSpecs(this.config);
      throw new ModelConfigError(
        `the model's weights are kept as ${this.weightDtype} and cannot be trained: attach an adapter, or load them as float32`,
      );
    }
    return this.#active.flatMap(({ specs }) => specs);
  }

  /**
   * Adds every parameter as an input of the graph.
   * @param dropoutOf makes the dropout that adapters ask for, in training; null drops nothing.
   * @returns the float32 ones by name, and all for the decoder to look up.
   */
  weightsIn(
    graph: Graph,
    dropoutOf: DropoutOf | null = null,
  ): { readonly values: ReadonlyMap<string, Value>; readonly weights: Weights } {
    return this.#weightsUnder(graph, this.#active, dropoutOf);
  }

  #weightsUnder(
    graph: Graph,
    under: readonly AttachedAdapter[],
    dropoutOf: DropoutOf | null,
  ): { readonly values: ReadonlyMap<string, Value>; readonly weights: Weights } {
    const base = new Map<string, WeightMatrix>(
      parameterSpecs(this.config).map((spec) => [
        spec.name,
        parameterInput(graph, spec, this.#kept.get(spec.name)!),
      ]),
    );
    const values = new Map<string, Value>();
    for (const [name, matrix] of base) if (!isQuantized(matrix)) values.set(name, matrix);
    const adapters = under.map((each) => each.valuesIn(graph, values, dropoutOf));
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
    this.#parameters = this.#allBuffers();
    this.programs.dispose();
  }

  /**
   * The decoder under these adapters, whichever are active: for serving several at once over the same
   * weights. It is valid until one of them is detached; free its programs when it is no longer used.
   * @throws AdapterError when there is none of a name.
   */
  under(names: readonly string[]): DecodingModel {
    const adapters = names.map((name) => this.#attached(name));
    return {
      config: this.config,
      engine: this.engine,
      programs: new ProgramCache(this.engine, maxPrograms),
      parameterBuffers: Object.fromEntries(this.#buffersUnder(adapters)),
      prepackableForGeneration: this.prepackableForGeneration,
      weightsIn: (graph) => this.#weightsUnder(graph, adapters, null),
    };
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

  /** The decoder's values now, by name, without adapters: copies, as float32. */
  weights(): Map<string, Float32Array> {
    return new Map([...this.#base].map(([name, parameter]) => [name, parameter.read()]));
  }

  dispose(): void {
    this.programs.dispose();
    for (const adapter of this.#adapters.values()) adapter.dispose();
    for (const parameter of this.#base.values()) parameter.dispose();
  }

  #allBuffers(): ReadonlyMap<string, Buffer> {
    return this.#buffersUnder(this.#active);
  }

  #buffersUnder(adapters: readonly AttachedAdapter[]): ReadonlyMap<string, Buffer> {
    return new Map([
      ...[...this.#base.values()].flatMap(({ buffers }) => [...buffers]),
      ...adapters.flatMap(({ buffers }) => [...buffers]),
    ]);
  }

  #attached(name: string): AttachedAdapter {
    const attached = this.#adapters.get(name);
    if (attached !== undefined) return attached;
    const names = [...this.#adapters.keys()].join(", ") || "none";
    throw new AdapterError(`there is no adapter "${name}"; there are: ${names}`);
  }
}

function checkWeights(config: DecoderConfig, weights: WeightSource): void {
  const specs = parameterSpecs(config);
  for (const { name, shape } of specs) {
    const values = weights.get(name);
    const size = shape.reduce((product, each) => product * each, 1);
    if (values === undefined) throw new ModelConfigError(`weights: "${name}" is missing`);
    const found = sourceOf(values).size;
    if (found !== size) {
      throw new ModelConfigError(
        `weights: "${name}" has ${found} numbers, needs [${shape.join(", ")}]`,
      );
    }
  }
  const known = new Set(specs.map((spec) => spec.name));
  for (const name of weights.keys()) {
    if (!known.has(name)) throw new ModelConfigError(`weights: "${name}" belongs to no layer`);
  }
}
