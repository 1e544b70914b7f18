/** An engine that counts what is asked of it: runs of programs, and the work in them. */
import {
  type Buffer,
  type CompileOptions,
  type Engine,
  type EngineDescription,
  type EngineMemory,
  flops,
  type Graph,
  type Program,
  type TensorData,
  type TensorType,
} from "../engine/index.ts";

export interface Work {
  /** Calls of the runtime: runs of compiled programs. */
  readonly calls: number;
  /** Floating-point operations of the matrix products in them. */
  readonly flops: number;
}

export class MeasuredEngine implements Engine {
  readonly #engine: Engine;
  #calls = 0;
  #flops = 0;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** Since the engine was made. */
  get work(): Work {
    return { calls: this.#calls, flops: this.#flops };
  }

  get name(): string {
    return this.#engine.name;
  }

  describe(): EngineDescription {
    return this.#engine.describe();
  }

  buffer(type: TensorType, data?: TensorData): Buffer {
    return this.#engine.buffer(type, data);
  }

  compile(graph: Graph, options?: CompileOptions): Program {
    const program = this.#engine.compile(graph, options);
    const { products } = flops(graph);
    return {
      operations: program.operations,
      run: (inputs, outputs) => {
        this.#calls++;
        this.#flops += products;
        program.run(inputs, outputs);
      },
      dispose: () => program.dispose(),
    };
  }

  memory(): EngineMemory {
    return this.#engine.memory();
  }

  dispose(): void {
    this.#engine.dispose();
  }
}
