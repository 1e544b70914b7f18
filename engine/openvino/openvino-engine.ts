/**
 * The engine `openvino`: graphs run by OpenVINO on the CPU, in the caller's own memory, with matrix
 * products in bfloat16 where the processor has them and the caller wants them.
 */
import { availableParallelism } from "node:os";
import {
  type CompileOptions,
  type Engine,
  type EngineDescription,
  EngineError,
  type EngineMemory,
  type Precision,
} from "../engine.ts";
import type { Graph, TensorData, TensorType } from "../graph/index.ts";
import { prepare } from "../passes/index.ts";
import { OpenvinoBuffer } from "./buffer.ts";
import { device, type OpenvinoEnvironment, openvinoEnvironment } from "./environment.ts";
import { lowers, multiplies } from "./lowered.ts";
import { modelRuns } from "./model.ts";
import { OpenvinoProgram } from "./program.ts";

export interface OpenvinoEngineOptions {
  /** All cores unless given. */
  readonly threads?: number;
  /**
   * Of programs with matrix products. Optimisers and norms of gradients, which have none, compute in
   * float32 whatever is asked for, and so does what lies behind the last product, as the loss.
   */
  readonly precision?: Precision;
  /** A folder into which each program writes a Chrome trace of its runs, an event a node. */
  readonly profileFolder?: string;
}

export class OpenvinoEngine implements Engine {
  readonly name = "openvino";
  readonly #environment: OpenvinoEnvironment;
  readonly #threads: number;
  readonly #precision: Precision;
  readonly #profileFolder: string | undefined;
  readonly #buffers = new Set<OpenvinoBuffer>();
  readonly #programs = new Set<OpenvinoProgram>();
  #disposed = false;

  /** @throws EngineError when OpenVINO does not start, or the processor lacks the precision. */
  constructor({
    threads = availableParallelism(),
    precision = "float32",
    profileFolder,
  }: OpenvinoEngineOptions = {}) {
    if (!Number.isInteger(threads) || threads < 1) {
      throw new EngineError(`the openvino engine needs a whole number of threads, got ${threads}`);
    }
    this.#environment = openvinoEnvironment();
    if (!this.#environment.precisions.has(precision)) {
      throw new EngineError(
        `the openvino engine has no ${precision} on this processor (${this.#environment.processor}): take train.precision float32`,
      );
    }
    this.#threads = threads;
    this.#precision = precision;
    this.#profileFolder = profileFolder;
  }

  describe(): EngineDescription {
    const { library, precisions } = this.#environment;
    const { version } = library;
    const threads = this.#threads;
    const counted = threads === 1 ? "1 thread" : `${threads} threads`;
    const lacks = precisions.has("bfloat16") ? "" : " (this processor has no bfloat16)";
    const summary = `OpenVINO ${version}, ${device}, ${counted}, ${this.#precision}${lacks}`;
    return { name: this.name, summary, version, device, threads };
  }

  buffer(type: TensorType, data?: TensorData): OpenvinoBuffer {
    this.#checkAlive();
    const forget = (buffer: OpenvinoBuffer) => this.#buffers.delete(buffer);
    const buffer = new OpenvinoBuffer(this.#environment, type, data, forget);
    this.#buffers.add(buffer);
    return buffer;
  }

  compile(
    graph: Graph,
    { name = "program", donate = {}, constants: frozen = {} }: CompileOptions = {},
  ): OpenvinoProgram {
    this.#checkAlive();
    const prepared = prepare(graph, { lowers });
    const precision = multiplies(prepared) ? this.#precision : "float32";
    const folder = this.#profileFolder;
    const profile = folder === undefined ? {} : { profileFolder: folder };
    const options = { name, donate, frozen, threads: this.#threads, precision, ...profile };
    const program = new OpenvinoProgram(this.#environment, prepared, options, (disposed) =>
      this.#programs.delete(disposed),
    );
    this.#programs.add(program);
    return program;
  }

  memory(): EngineMemory {
    const bytes = [...this.#buffers].reduce((sum, buffer) => sum + buffer.bytes, 0);
    return { buffers: this.#buffers.size, bytes, programs: this.#programs.size };
  }

  get runtimeObjects(): number {
    return this.#environment.library.objects;
  }

  get runtimeCalls(): number {
    return modelRuns();
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
    if (this.#disposed) throw new EngineError("the openvino engine is used after dispose");
  }
}
