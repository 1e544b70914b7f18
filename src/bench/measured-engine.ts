/** An engine that counts what is asked of it: runs of programs, calls of the runtime, and the work. */
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
} from "../../engine/index.ts";

export interface Work {
  /** Runs of compiled programs. */
  readonly programRuns: number;
  /** Calls of the runtime by this process meanwhile; null of an engine that does not count them. */
  readonly runtimeCalls: number | null;
  /** Floating-point operations of the matrix products in them. */
  readonly flops: number;
}

export class MeasuredEngine implements Engine {
  readonly #engine: Engine;
  readonly #callsBefore: number;
  #programRuns = 0;
  #flops = 0;

  constructor(engine: Engine) {
    this.#engine = engine;
    this.#callsBefore = engine.runtimeCalls ?? 0;
  }

  /** Since this wrapper was made. Runs are those asked of it; calls of the runtime, of the whole process. */
  get work(): Work {
    const { runtimeCalls: calls } = this.#engine;
    return {
      programRuns: this.#programRuns,
      runtimeCalls: calls === null ? null : calls - this.#callsBefore,
      flops: this.#flops,
    };
  }

  get runtimeObjects(): number {
    return this.#engine.runtimeObjects;
  }

  get runtimeCalls(): number | null {
    return this.#engine.runtimeCalls;
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
        this.#programRuns++;
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
