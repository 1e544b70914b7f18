/**
 * AdamW (Loshchilov and Hutter 2019, arXiv 1711.05101): Adam whose weight decay does not pass
 * through the moments. Numbers agree with `torch.optim.AdamW`. Moments live on the engine beside the
 * parameters, and a step updates all three in place.
 */
import {
  type Buffer,
  type Engine,
  type Graph,
  ops,
  ProgramCache,
  type Shape,
  type Value,
} from "../../src/engine/index.ts";

export interface AdamWOptions {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
}

export interface OptimisedParameter {
  readonly name: string;
  readonly buffer: Buffer;
  /** Whether weight decay applies to it. */
  readonly decay: boolean;
  /** Multiplies the learning rate; 1 unless given. */
  readonly rate?: number;
}

interface Moments {
  readonly first: Buffer;
  readonly second: Buffer;
}

const scalarNames = [
  "learningRate",
  "weightDecay",
  "biasCorrection1",
  "biasCorrection2",
  "gradientScale",
] as const;

type Scalars = Record<(typeof scalarNames)[number], Buffer>;

export class AdamW {
  readonly #programs: ProgramCache;
  readonly #options: AdamWOptions;
  readonly #parameters: readonly OptimisedParameter[];
  readonly #moments: ReadonlyMap<string, Moments>;
  readonly #scalars: Scalars;
  readonly #noDecay: Buffer;
  #steps = 0;

  constructor(engine: Engine, parameters: readonly OptimisedParameter[], options: AdamWOptions) {
    const scalar = () => engine.buffer({ dtype: "float32", shape: [] });
    this.#programs = new ProgramCache(engine, parameters.length);
    this.#options = options;
    this.#parameters = parameters;
    this.#moments = new Map(
      parameters.map(({ name, buffer }) => [
        name,
        { first: engine.buffer(buffer.type), second: engine.buffer(buffer.type) },
      ]),
    );
    this.#scalars = Object.fromEntries(scalarNames.map((name) => [name, scalar()])) as Scalars;
    this.#noDecay = scalar();
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
    const values = {
      learningRate,
      weightDecay,
      biasCorrection1: 1 - beta1 ** this.#steps,
      biasCorrection2: 1 - beta2 ** this.#steps,
      gradientScale,
    };
    for (const name of scalarNames) this.#scalars[name].write(Float32Array.of(values[name]));
    for (const parameter of this.#parameters) {
      this.#scalars.learningRate.write(Float32Array.of(learningRate * (parameter.rate ?? 1)));
      this.#update(parameter, gradients[parameter.name]!);
    }
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
    this.#noDecay.dispose();
    this.#programs.dispose();
  }

  #update({ name, buffer, decay }: OptimisedParameter, gradient: Buffer): void {
    const { first, second } = this.#moments.get(name)!;
    const updated = { parameter: buffer, first, second };
    const weightDecay = decay ? this.#scalars.weightDecay : this.#noDecay;
    const { shape } = buffer.type;
    this.#programs
      .get(`adamw [${shape.join(", ")}]`, (graph) => this.#build(graph, shape))
      .run({ ...updated, gradient, ...this.#scalars, weightDecay }, updated);
  }

  #build(graph: Graph, shape: Shape): void {
    const { beta1, beta2, epsilon } = this.#options;
    const scalars = Object.fromEntries(
      scalarNames.map((name) => [name, graph.input(name, [])]),
    ) as Record<(typeof scalarNames)[number], Value>;
    const next = ops.adamwStep({
      parameter: graph.input("parameter", shape),
      gradient: graph.input("gradient", shape),
      m: graph.input("first", shape),
      v: graph.input("second", shape),
      beta1,
      beta2,
      epsilon,
      ...scalars,
    });
    graph.output("parameter", next.parameter);
    graph.output("first", next.m);
    graph.output("second", next.v);
  }
}
