/**
 * The engine `onnx`: graphs run by ONNX Runtime on the CPU, in the caller's own memory. It needs
 * nothing but npm packages.
 */
import { availableParallelism } from "node:os";
import { join } from "node:path";
import {
  type CompileOptions,
  type Engine,
  type EngineDescription,
  EngineError,
  type EngineMemory,
} from "../engine.ts";
import type { Graph, TensorData, TensorType } from "../graph/index.ts";
import { prepare } from "../passes/index.ts";
import { HostBuffer } from "./buffer.ts";
import { lowers } from "./lower/index.ts";
import type { ConstantBuffers } from "./part.ts";
import { OnnxProgram } from "./program.ts";
import {
  type OrtEnvironment,
  ortEnvironment,
  PrepackedWeights,
  type SessionOptions,
  sessionRuns,
} from "./runtime/index.ts";

export interface OnnxEngineOptions {
  /** All cores unless given. */
  readonly threads?: number;
  /** A folder into which each program writes a Chrome trace of its runs, an event a node. */
  readonly profileFolder?: string;
}

export class OnnxEngine implements Engine {
  readonly name = "onnx";
  readonly #environment: OrtEnvironment;
  readonly #threads: number;
  readonly #profileFolder: string | undefined;
  readonly #buffers = new Set<HostBuffer>();
  readonly #programs = new Set<OnnxProgram>();
  /** By the frozen buffers that programs were given. */
  readonly #prepacked = new WeakMap<object, PrepackedWeights>();
  #disposed = false;

  /** @throws EngineError when ONNX Runtime does not start here. */
  constructor({ threads = availableParallelism(), profileFolder }: OnnxEngineOptions = {}) {
    if (!Number.isInteger(threads) || threads < 1) {
      throw new EngineError(`the onnx engine needs a whole number of threads, got ${threads}`);
    }
    this.#environment = ortEnvironment(threads);
    this.#threads = threads;
    this.#profileFolder = profileFolder;
  }

  describe(): EngineDescription {
    const { version } = this.#environment.library;
    const threads = this.#threads;
    const counted = threads === 1 ? "1 thread" : `${threads} threads`;
    const summary = `ONNX Runtime ${version}, CPU, ${counted}`;
    return { name: this.name, summary, version, device: "CPU", threads };
  }

  buffer(type: TensorType, data?: TensorData): HostBuffer {
    this.#checkAlive();
    const forget = (buffer: HostBuffer) => this.#buffers.delete(buffer);
    const buffer = new HostBuffer(this.#environment, type, data, forget);
    this.#buffers.add(buffer);
    return buffer;
  }

  compile(
    graph: Graph,
    { name = "program", donate = {}, constants = {} }: CompileOptions = {},
  ): OnnxProgram {
    this.#checkAlive();
    const prepared = prepare(graph, { lowers });
    const session = this.#sessionOptions(name);
    const options = { name, donate, constants: this.#constantBuffers(constants), session };
    const program = new OnnxProgram(this.#environment, prepared, options, (disposed) =>
      this.#programs.delete(disposed),
    );
    this.#programs.add(program);
    return program;
  }

  memory(): EngineMemory {
    const bytes =
      [...this.#buffers].reduce((sum, buffer) => sum + buffer.bytes, 0) +
      [...this.#programs].reduce((sum, program) => sum + program.bytes, 0);
    return { buffers: this.#buffers.size, bytes, programs: this.#programs.size };
  }

  get runtimeObjects(): number {
    return this.#environment.library.objects;
  }

  get runtimeCalls(): number {
    return sessionRuns();
  }

  dispose(): void {
    for (const program of [...this.#programs]) program.dispose();
    for (const buffer of [...this.#buffers]) buffer.dispose();
    this.#disposed = true;
  }

  #sessionOptions(program: string): SessionOptions {
    if (this.#profileFolder === undefined) return { threads: this.#threads };
    const file = program.replaceAll(/[^\w-]+/g, "-");
    return { threads: this.#threads, profilePrefix: join(this.#profileFolder, file) };
  }

  #constantBuffers(constants: NonNullable<CompileOptions["constants"]>): ConstantBuffers {
    const prepacked = this.#prepacked.get(constants) ?? new PrepackedWeights(this.#environment);
    this.#prepacked.set(constants, prepacked);
    const buffers = Object.entries(constants).map(([name, buffer]) => {
      if (buffer instanceof HostBuffer && buffer.isOf(this.#environment)) {
        return [name, buffer] as const;
      }
      throw new EngineError(`frozen: "${name}" is a buffer of another engine`);
    });
    return { buffers: new Map(buffers), prepacked };
  }

  #checkAlive(): void {
    if (this.#disposed) throw new EngineError("the onnx engine is used after dispose");
  }
}
