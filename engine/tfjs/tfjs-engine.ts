/** One engine for every backend of TensorFlow.js. */
import { BaseEngine, type Forget } from "../base/index.ts";
import type { CompileOptions, EngineDescription } from "../engine.ts";
import type { Graph, TensorData, TensorType } from "../graph/index.ts";
import { TfjsBuffer } from "./buffer.ts";
import { TfjsProgram } from "./interpreter.ts";
import type { Kernels } from "./kernels/index.ts";
import { ProgramProfile } from "./profile.ts";
import type { Runtime } from "./runtime.ts";

export class TfjsEngine extends BaseEngine<TfjsBuffer, TfjsProgram> {
  readonly name: string;
  readonly runtimeCalls = null;
  readonly #description: EngineDescription;
  readonly #runtime: Runtime;
  readonly #kernels: Kernels;
  readonly #profileFolder: string | undefined;

  /** @param profileFolder into which each program writes a trace when it is disposed. */
  constructor(
    description: EngineDescription,
    runtime: Runtime,
    kernels: Kernels,
    profileFolder?: string,
  ) {
    super();
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

  protected makeBuffer(type: TensorType, data: TensorData | undefined, forget: Forget): TfjsBuffer {
    return new TfjsBuffer(this.#runtime, type, data, forget);
  }

  /** Constants stay as they are; these backends pack nothing. */
  protected makeProgram(
    graph: Graph,
    { name, donate }: Required<CompileOptions>,
    forget: Forget,
  ): TfjsProgram {
    const folder = this.#profileFolder;
    const profile = folder === undefined ? null : new ProgramProfile(this.#runtime, folder, name);
    const options = { name, donate, profile };
    return new TfjsProgram(this.#runtime, this.#kernels, graph, options, forget);
  }
}
