/**
 * The engine `openvino`: graphs run by OpenVINO on the CPU, in the caller's own memory, with matrix
 * products in bfloat16 where the processor has them and the caller wants them.
 */
import {
  BaseEngine,
  checkThreads,
  countThreads,
  defaultThreads,
  type Forget,
} from "../base/index.ts";
import {
  type CompileOptions,
  type EngineDescription,
  EngineError,
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

export class OpenvinoEngine extends BaseEngine<OpenvinoBuffer, OpenvinoProgram> {
  readonly name = "openvino";
  readonly #environment: OpenvinoEnvironment;
  readonly #threads: number;
  readonly #precision: Precision;
  readonly #profileFolder: string | undefined;

  /** @throws EngineError when OpenVINO does not start, or the processor lacks the precision. */
  constructor({
    threads = defaultThreads(),
    precision = "float32",
    profileFolder,
  }: OpenvinoEngineOptions = {}) {
    super();
    checkThreads("openvino", threads);
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
    const lacks = precisions.has("bfloat16") ? "" : " (this processor has no bfloat16)";
    const summary = `OpenVINO ${version}, ${device}, ${countThreads(threads)}, ${this.#precision}${lacks}`;
    return { name: this.name, summary, version, device, threads };
  }

  protected makeBuffer(
    type: TensorType,
    data: TensorData | undefined,
    forget: Forget,
  ): OpenvinoBuffer {
    return new OpenvinoBuffer(this.#environment, type, data, forget);
  }

  protected makeProgram(
    graph: Graph,
    { name, donate, constants }: Required<CompileOptions>,
    forget: Forget,
  ): OpenvinoProgram {
    const prepared = prepare(graph, { lowers });
    const precision = multiplies(prepared) ? this.#precision : "float32";
    const folder = this.#profileFolder;
    const profile = folder === undefined ? {} : { profileFolder: folder };
    const options = { name, donate, constants, threads: this.#threads, precision, ...profile };
    return new OpenvinoProgram(this.#environment, prepared, options, forget);
  }

  get runtimeObjects(): number {
    return this.#environment.library.objects;
  }

  get runtimeCalls(): number {
    return modelRuns();
  }
}
