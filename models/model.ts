/** A decoder with its parameters on an engine, and the programs compiled for it. */
import { type Buffer, type Engine, ProgramCache } from "../src/engine/index.ts";
import { checkDecoderConfig, type DecoderConfig, ModelConfigError } from "./config.ts";
import { parameterCount, parameterSpecs } from "./parameters.ts";

/** Shapes of generation come in few buckets, and each program holds working memory of its own. */
const maxPrograms = 12;

export class Model {
  readonly config: DecoderConfig;
  readonly engine: Engine;
  /** By parameter name. The trainer updates them in place. */
  readonly parameters: ReadonlyMap<string, Buffer>;
  /** Compiled for this model, by shape. */
  readonly programs: ProgramCache;

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
    this.parameters = new Map(
      parameterSpecs(config).map(({ name, shape }) => [
        name,
        engine.buffer({ dtype: "float32", shape }, weights.get(name)!),
      ]),
    );
  }

  get parameterCount(): number {
    return parameterCount(this.config);
  }

  /** Parameters as the inputs of a program built with `parameterInputs`. */
  get parameterBuffers(): Record<string, Buffer> {
    return Object.fromEntries(this.parameters);
  }

  /** The values now, by name: copies. */
  weights(): Map<string, Float32Array> {
    return new Map(
      [...this.parameters].map(([name, buffer]) => [name, (buffer.read() as Float32Array).slice()]),
    );
  }

  dispose(): void {
    this.programs.dispose();
    for (const buffer of this.parameters.values()) buffer.dispose();
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
