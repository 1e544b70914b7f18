/** An engine that keeps the time of every program's runs, and reads the runtime's traces. */
import { readFileSync } from "node:fs";
import {
  type CompileOptions,
  type Engine,
  flops,
  type Graph,
  type Program,
  type TensorData,
  type TensorType,
} from "../engine/index.ts";
import { OnnxEngine, type OnnxEngineOptions, type OnnxProgram } from "../engine/onnx/index.ts";

export interface ProgramTimes {
  readonly name: string;
  readonly operations: number;
  /** Of one run's matrix products, by the graph that was compiled. */
  readonly flops: number;
  /** Milliseconds. */
  readonly compiling: number;
  /** One for each run. */
  readonly milliseconds: number[];
}

export class TimedEngine implements Engine {
  readonly name = "onnx";
  readonly times: ProgramTimes[] = [];
  readonly #engine: OnnxEngine;
  readonly #programs: OnnxProgram[] = [];

  constructor(options: OnnxEngineOptions) {
    this.#engine = new OnnxEngine(options);
  }

  describe() {
    return this.#engine.describe();
  }

  buffer(type: TensorType, data?: TensorData) {
    return this.#engine.buffer(type, data);
  }

  compile(graph: Graph, options: CompileOptions = {}): Program {
    const started = performance.now();
    const program = this.#engine.compile(graph, options);
    const compiling = performance.now() - started;
    const { operations } = program;
    const name = options.name ?? "program";
    const times: ProgramTimes = {
      name,
      operations,
      flops: flops(graph).products,
      compiling,
      milliseconds: [],
    };
    this.times.push(times);
    this.#programs.push(program);
    return {
      operations,
      run(inputs, outputs) {
        const started = performance.now();
        program.run(inputs, outputs);
        times.milliseconds.push(performance.now() - started);
      },
      dispose: () => program.dispose(),
    };
  }

  get runtimeObjects(): number {
    return this.#engine.runtimeObjects;
  }

  get runtimeCalls(): number | null {
    return this.#engine.runtimeCalls;
  }

  memory() {
    return this.#engine.memory();
  }

  dispose(): void {
    this.#engine.dispose();
  }

  /** Milliseconds by operation over all runs, of an engine with a profile folder. */
  profile(): Map<string, number> {
    const totals = new Map<string, number>();
    const traces = new Set(this.#programs.flatMap((program) => program.endProfile()));
    for (const path of traces) addTrace(totals, path);
    return new Map([...totals].sort(([, a], [, b]) => b - a));
  }
}

interface TraceEvent {
  readonly cat: string;
  readonly name: string;
  /** Microseconds. */
  readonly dur: number;
  readonly args: { readonly op_name?: string };
}

function addTrace(totals: Map<string, number>, path: string): void {
  const events = JSON.parse(readFileSync(path, "utf8")) as TraceEvent[];
  for (const { cat, name, dur, args } of events) {
    if (cat !== "Node" || !name.endsWith("_kernel_time") || args.op_name === undefined) continue;
    totals.set(args.op_name, (totals.get(args.op_name) ?? 0) + dur / 1000);
  }
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
