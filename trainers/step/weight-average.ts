/**
 * An exponential moving average of the weights (Polyak and Juditsky 1992), as LLM4SVG's recipes keep it,
 * with the rules of the Python package ema-pytorch: at every `every`th step the average moves towards the
 * weights by one minus the decay, which rises to its value after `after` steps; until then the average is
 * the weights. It lives on the engine beside them.
 */
import {
  type Buffer,
  type Engine,
  Graph,
  ops,
  type Program,
  type TensorData,
} from "../../engine/index.ts";
import type { OptimisedParameter } from "../optimisers/optimizer.ts";

export interface AverageOptions {
  /** Share of the average that an update keeps, as 0.999. */
  readonly decay: number;
  /** Steps after which averaging begins. */
  readonly after: number;
  /** Steps between updates of the average. */
  readonly every: number;
}

/** The decay after so many steps: of a run shorter than the average's memory, its beginning is not kept. */
export function averageDecayAt(steps: number, { decay, after }: AverageOptions): number {
  const since = Math.max(0, steps - after - 1);
  return Math.min(decay, 1 - (1 + since) ** (-2 / 3));
}

export type Averaged = Pick<OptimisedParameter, "name" | "buffer">;

export class WeightAverage {
  readonly #options: AverageOptions;
  readonly #parameters: readonly Averaged[];
  readonly #averages: ReadonlyMap<string, Buffer>;
  readonly #program: Program;
  readonly #moved: Buffer;

  constructor(engine: Engine, parameters: readonly Averaged[], options: AverageOptions) {
    this.#options = options;
    this.#parameters = parameters;
    this.#averages = new Map(
      parameters.map(({ name, buffer }) => [name, engine.buffer(buffer.type, copyOf(buffer))]),
    );
    this.#moved = engine.buffer({ dtype: "float32", shape: [] });
    const graph = new Graph();
    const moved = graph.input("moved", []);
    for (const { name, buffer } of parameters) {
      const { shape } = buffer.type;
      const average = graph.input(`${name}.average`, shape);
      const parameter = graph.input(`${name}.parameter`, shape);
      const step = ops.multiply(ops.subtract(parameter, average), moved);
      graph.output(`${name}.average`, ops.add(average, step));
    }
    const names = parameters.map(({ name }) => `${name}.average`);
    const donate = Object.fromEntries(names.map((name) => [name, name]));
    this.#program = engine.compile(graph, { name: "weight average", donate });
  }

  /** @param steps made so far, the one that the parameters come from included. */
  update(steps: number): void {
    const { after, every } = this.#options;
    if (steps <= after) {
      for (const { name, buffer } of this.#parameters) {
        this.#averages.get(name)!.write(buffer.read());
      }
      return;
    }
    if (steps % every !== 0) return;
    this.#moved.write(Float32Array.of(1 - averageDecayAt(steps, this.#options)));
    const averages = Object.fromEntries(
      [...this.#averages].map(([name, buffer]) => [`${name}.average`, buffer]),
    );
    const parameters = this.#parameters.map(
      ({ name, buffer }) => [`${name}.parameter`, buffer] as const,
    );
    const inputs = { ...averages, ...Object.fromEntries(parameters), moved: this.#moved };
    this.#program.run(inputs, averages);
  }

  /** Puts the averages into the parameters and the parameters in their place; twice changes nothing. */
  exchange(): void {
    for (const { name, buffer } of this.#parameters) {
      const average = this.#averages.get(name)!;
      const own = copyOf(buffer);
      buffer.write(copyOf(average));
      average.write(own);
    }
  }

  /** As `<parameter>.average`. */
  state(): Map<string, Buffer> {
    return new Map([...this.#averages].map(([name, buffer]) => [`${name}.average`, buffer]));
  }

  /** @param read the values of an entry of {@link state} by its name. */
  restore(read: (name: string) => TensorData): void {
    for (const [name, buffer] of this.state()) buffer.write(read(name));
  }

  dispose(): void {
    for (const buffer of this.#averages.values()) buffer.dispose();
    this.#moved.dispose();
    this.#program.dispose();
  }
}

const copyOf = (buffer: Buffer): TensorData => buffer.read().slice();
