/**
 * AdamW (Loshchilov and Hutter 2019, arXiv 1711.05101): Adam whose weight decay does not pass
 * through the moments. Numbers agree with `torch.optim.AdamW`. Moments live on the engine beside the
 * parameters, and a step updates all three in place.
 */
import { type Buffer, type Engine, Graph, ops, type Program } from "../../engine/index.ts";
import type { OptimisedParameter, Optimizer } from "./optimizer.ts";

export interface AdamWOptions {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
}

interface Moments {
  readonly first: Buffer;
  readonly second: Buffer;
}

/** Beside these, the learning rate of each parameter. */
const scalarNames = [
  "weightDecay",
  "noDecay",
  "biasCorrection1",
  "biasCorrection2",
  "gradientScale",
];

export class AdamW implements Optimizer {
  /** Updates all parameters. */
  readonly #program: Program;
  readonly #options: AdamWOptions;
  readonly #parameters: readonly OptimisedParameter[];
  readonly #moments: ReadonlyMap<string, Moments>;
  /** By input. */
  readonly #scalars: Readonly<Record<string, Buffer>>;
  /** What is updated in place, by input and output. */
  readonly #updated: Readonly<Record<string, Buffer>>;
  #steps = 0;

  constructor(engine: Engine, parameters: readonly OptimisedParameter[], options: AdamWOptions) {
    this.#options = options;
    this.#parameters = parameters;
    this.#moments = new Map(
      parameters.map(({ name, buffer }) => [
        name,
        { first: engine.buffer(buffer.type), second: engine.buffer(buffer.type) },
      ]),
    );
    const names = [...scalarNames, ...new Set(parameters.map(learningRateOf))];
    const scalar = () => engine.buffer({ dtype: "float32", shape: [] });
    this.#scalars = Object.fromEntries(names.map((name) => [name, scalar()]));
    const own = parameters.map(({ name, buffer }) => [`${name}.parameter`, buffer] as const);
    this.#updated = Object.fromEntries([...own, ...this.state()]);
    const donate = Object.fromEntries(Object.keys(this.#updated).map((name) => [name, name]));
    this.#program = engine.compile(this.#graph(), { name: "adamw", donate });
  }

  /** Updates made so far. */
  get steps(): number {
    return this.#steps;
  }

  /**
   * @param gradients by parameter name.
   * @param gradientScale multiplies every gradient, for clipping.
   */
  step(
    gradients: Readonly<Record<string, Buffer>>,
    learningRate: number,
    gradientScale: number,
  ): void {
    this.#steps++;
    const { beta1, beta2, weightDecay } = this.#options;
    const values: Record<string, number> = {
      weightDecay,
      noDecay: 0,
      biasCorrection1: 1 - beta1 ** this.#steps,
      biasCorrection2: 1 - beta2 ** this.#steps,
      gradientScale,
    };
    for (const parameter of this.#parameters) {
      values[learningRateOf(parameter)] = learningRate * (parameter.rate ?? 1);
    }
    for (const [name, buffer] of Object.entries(this.#scalars)) {
      buffer.write(Float32Array.of(values[name]!));
    }
    const inputs = { ...this.#updated, ...this.#scalars };
    for (const { name } of this.#parameters) inputs[`${name}.gradient`] = gradients[name]!;
    this.#program.run(inputs, this.#updated);
  }

  /** The moments, as `<parameter>.first` and `<parameter>.second`. */
  state(): Map<string, Buffer> {
    const entries = [...this.#moments].flatMap(([name, { first, second }]) => [
      [`${name}.first`, first] as const,
      [`${name}.second`, second] as const,
    ]);
    return new Map(entries);
  }

  /** Goes on from a saved state. @param read the values of a moment by its name in {@link state}. */
  restore(steps: number, read: (name: string) => Float32Array): void {
    for (const [name, buffer] of this.state()) buffer.write(read(name));
    this.#steps = steps;
  }

  dispose(): void {
    for (const buffer of this.state().values()) buffer.dispose();
    for (const buffer of Object.values(this.#scalars)) buffer.dispose();
    this.#program.dispose();
  }

  #graph(): Graph {
    const graph = new Graph();
    const { beta1, beta2, epsilon } = this.#options;
    for (const name of Object.keys(this.#scalars)) graph.input(name, []);
    const scalar = (name: string) => graph.inputs.get(name)!;
    for (const parameter of this.#parameters) {
      const { name, decay, buffer } = parameter;
      const tensor = (role: string) => graph.input(`${name}.${role}`, buffer.type.shape);
      const next = ops.adamwStep({
        parameter: tensor("parameter"),
        gradient: tensor("gradient"),
        m: tensor("first"),
        v: tensor("second"),
        beta1,
        beta2,
        epsilon,
        learningRate: scalar(learningRateOf(parameter)),
        weightDecay: scalar(decay ? "weightDecay" : "noDecay"),
        biasCorrection1: scalar("biasCorrection1"),
        biasCorrection2: scalar("biasCorrection2"),
        gradientScale: scalar("gradientScale"),
      });
      graph.output(`${name}.parameter`, next.parameter);
      graph.output(`${name}.first`, next.m);
      graph.output(`${name}.second`, next.v);
    }
    return graph;
  }
}

/** The input with a parameter's learning rate, which all parameters of one rate have in common. */
function learningRateOf({ rate = 1 }: OptimisedParameter): string {
  return `learningRate.${rate}`;
}
