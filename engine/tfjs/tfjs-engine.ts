/** One engine for every backend of TensorFlow.js: keeps count of what is alive, and frees it. */
import {
  type CompileOptions,
  type Engine,
  type EngineDescription,
  EngineError,
  type EngineMemory,
} from "../engine.ts";
import type { Graph, TensorData, TensorType } from "../graph/index.ts";
import { TfjsBuffer } from "./buffer.ts";
import { TfjsProgram } from "./interpreter.ts";
import type { Kernels } from "./kernels/index.ts";
import { ProgramProfile } from "./profile.ts";
import type { Runtime } from "./runtime.ts";

export class TfjsEngine implements Engine {
  readonly name: string;
  readonly runtimeCalls = null;
  readonly #description: EngineDescription;
  readonly #runtime: Runtime;
  readonly #kernels: Kernels;
  readonly #profileFolder: string | undefined;
  readonly #buffers = new Set<TfjsBuffer>();
  readonly #programs = new Set<TfjsProgram>();
  #disposed = false;

  /** @param profileFolder into which each program writes a trace when it is disposed. */
  constructor(
    description: EngineDescription,
    runtime: Runtime,
    kernels: Kernels,
    profileFolder?: string,
  ) {
    this.name = description.name;
    this.#description = description;
    this.#runtime = runtime;
    this.#kernels = kernels;
    this.#profileFolder = profileFolder;
  }

  get runtimeObjects(): number {
    return this.#runtime.tf.memory().numTensors;
  }

  describe(): EngineDescription {
    return this.#description;
  }

  buffer(type: TensorType, data?: TensorData): TfjsBuffer {
    this.#checkAlive();
    const forget = (buffer: TfjsBuffer) => this.#buffers.delete(buffer);
    const buffer = new TfjsBuffer(this.#runtime, type, data, forget);
    this.#buffers.add(buffer);
    return buffer;
  }

  compile(graph: Graph, { name = "program", donate = {} }: CompileOptions = {}): TfjsProgram {
    this.#checkAlive();
    const forget = (program: TfjsProgram) => this.#programs.delete(program);
    const profile =
      this.#profileFolder === undefined
        ? null
        : new ProgramProfile(this.#runtime, this.#profileFolder, name);
    const options = { name, donate, profile };
    const program = new TfjsProgram(this.#runtime, this.#kernels, graph, options, forget);
    this.#programs.add(program);
    return program;
  }

  memory(): EngineMemory {
    const bytes = [...this.#buffers].reduce((sum, buffer) => sum + buffer.bytes, 0);
    return { buffers: this.#buffers.size, bytes, programs: this.#programs.size };
  }

  /** @throws EngineError when a profile cannot be written; everything is disposed even so. */
  dispose(): void {
    this.#disposed = true;
    const errors: unknown[] = [];
    for (const program of [...this.#programs]) {
      try {
        program.dispose();
      } catch (error) {
        errors.push(error);
      }
    }
    for (const buffer of [...this.#buffers]) buffer.dispose();
    if (errors.length > 0) throw errors[0];
  }

  #checkAlive(): void {
    if (this.#disposed) throw new EngineError(`the engine ${this.name} is used after dispose`);
  }
}
