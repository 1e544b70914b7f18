/** The global norm of all gradients, for clipping (Pascanu et al. 2013, arXiv 1211.5063). */
import { type Buffer, type Engine, Graph, ops, type Program } from "../../engine/index.ts";

export class GradientNorm {
  readonly #program: Program;
  readonly #gradients: Readonly<Record<string, Buffer>>;
  readonly #norm: Buffer;

  constructor(engine: Engine, gradients: Readonly<Record<string, Buffer>>) {
    const graph = new Graph();
    const inputs = Object.entries(gradients).map(([name, { type }]) =>
      graph.input(name, type.shape),
    );
    graph.output("norm", ops.globalNorm(inputs));
    this.#program = engine.compile(graph, { name: "gradient norm" });
    this.#gradients = gradients;
    this.#norm = engine.buffer({ dtype: "float32", shape: [] });
  }

  /** Of the gradients as they are now. */
  measure(): number {
    this.#program.run(this.#gradients, { norm: this.#norm });
    return this.#norm.read()[0]!;
  }

  dispose(): void {
    this.#program.dispose();
    this.#norm.dispose();
  }
}

/** What to multiply the gradients by so that their norm is at most `limit`; 0 sets no limit. */
export function clippingScale(norm: number, limit: number): number {
  return limit > 0 && norm > limit ? limit / norm : 1;
}
