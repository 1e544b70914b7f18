/** A model that the runtime has loaded. Runs are synchronous and allocate nothing in JavaScript. */
import { dirname } from "node:path";
import koffi from "koffi";
import { explain } from "../../base/index.ts";
import type { OrtEnvironment } from "./environment.ts";
import type { Handle } from "./library.ts";
import type { PrepackedWeights } from "./packed-weights.ts";
import type { OrtTensor } from "./tensor.ts";

export interface SessionOptions {
  readonly threads: number;
  /** Writes a Chrome trace to a file whose name begins so; see {@link OrtSession.endProfiling}. */
  readonly profilePrefix?: string;
}

/** What a session is given when it is made: tensors of the model, and where it packs them. */
export interface ConstantTensors {
  readonly tensors: readonly { readonly name: string; readonly tensor: OrtTensor }[];
  readonly prepacked: PrepackedWeights;
}

export interface ModelPorts {
  readonly inputs: readonly { readonly name: string }[];
  readonly outputs: readonly { readonly name: string }[];
}

/** Graphs arrive fused as we want them: the runtime's own rewriting only costs time at the start. */
const noOptimization = 0;
const givenFolder = "session.model_external_initializers_file_folder_path";
/** What goes wrong is thrown; the runtime need not print it too. */
const nothing = 4;

/** Sessions of this process that keep a profile. */
let profiles = 0;
/** Calls of the runtime's `Run` by this process. */
let runs = 0;

export const sessionRuns = (): number => runs;

export class OrtSession {
  readonly #environment: OrtEnvironment;
  readonly #name: string;
  readonly #handle: Handle;
  readonly #inputs: Ports;
  readonly #outputs: Ports;
  readonly #prepacked: PrepackedWeights | undefined;
  #trace: string | undefined;

  /** @throws EngineError when the runtime refuses the model. */
  constructor(
    environment: OrtEnvironment,
    name: string,
    model: Uint8Array,
    ports: ModelPorts,
    options: SessionOptions,
    given?: ConstantTensors,
  ) {
    this.#environment = environment;
    this.#name = name;
    this.#inputs = new Ports(ports.inputs);
    this.#outputs = new Ports(ports.outputs);
    this.#prepacked = given?.prepacked;
    const container = this.#prepacked?.acquire();
    try {
      this.#handle = createSession(environment, model, options, given?.tensors ?? [], container);
    } catch (cause) {
      this.#prepacked?.release();
      throw explain(`${name}: ONNX Runtime refuses the model`, cause);
    }
  }

  input(position: number, tensor: OrtTensor): void {
    this.#inputs.values[position] = tensor.handle;
  }

  output(position: number, tensor: OrtTensor): void {
    this.#outputs.values[position] = tensor.handle;
  }

  /** Runs on the tensors that were set last. @throws EngineError naming the node that failed. */
  run(): void {
    const { names: inputNames, values: inputs } = this.#inputs;
    const { names: outputNames, values: outputs } = this.#outputs;
    runs++;
    try {
      this.#environment.library.call(
        "Run",
        this.#handle,
        0n,
        inputNames,
        inputs,
        inputs.length,
        outputNames,
        outputs.length,
        outputs,
      );
    } catch (cause) {
      throw explain(this.#name, cause);
    }
  }

  /** Stops profiling, the first time, and returns the trace's path. */
  endProfiling(): string {
    if (this.#trace !== undefined) return this.#trace;
    const { library } = this.#environment;
    const allocator = library.create("GetAllocatorWithDefaultOptions");
    const name = library.create("SessionEndProfiling", this.#handle, allocator);
    this.#trace = koffi.decode.string(name);
    library.call("AllocatorFree", allocator, name);
    return this.#trace;
  }

  release(): void {
    this.#environment.library.release("ReleaseSession", this.#handle);
    this.#prepacked?.release();
  }
}

/** The names of a model's inputs or outputs as C strings, and the places for their tensors. */
class Ports {
  readonly names: BigUint64Array;
  readonly values: BigUint64Array;
  /** Holds the memory that `names` points into. */
  readonly #strings: readonly Uint8Array[];

  constructor(ports: readonly { readonly name: string }[]) {
    this.#strings = ports.map(({ name }) => Buffer.from(`${name}\0`));
    this.names = BigUint64Array.from(this.#strings, (bytes) => koffi.address(bytes));
    this.values = new BigUint64Array(ports.length);
  }
}

function createSession(
  environment: OrtEnvironment,
  model: Uint8Array,
  options: SessionOptions,
  tensors: ConstantTensors["tensors"],
  container: Handle | undefined,
): Handle {
  const { library, handle } = environment;
  const settings = createSettings(environment, options);
  try {
    for (const { name, tensor } of tensors) {
      library.call("AddInitializer", settings, name, tensor.handle);
    }
    const args = [handle, model, model.byteLength, settings] as const;
    if (container === undefined) return library.create("CreateSessionFromArray", ...args);
    const create = "CreateSessionFromArrayWithPrepackedWeightsContainer";
    return library.create(create, ...args, container);
  } catch (cause) {
    if (!environment.sharesThreads || !hasNoSharedThreads(cause)) throw cause;
  } finally {
    library.release("ReleaseSessionOptions", settings);
  }
  environment.sharesThreads = false;
  return createSession(environment, model, options, tensors, container);
}

/** Another user of the runtime in this process was first, and made its environment without them. */
function hasNoSharedThreads(cause: unknown): boolean {
  return cause instanceof Error && cause.message.includes("EnvCreatedWithGlobalThreadPools");
}

function createSettings(environment: OrtEnvironment, options: SessionOptions): Handle {
  const { library } = environment;
  const settings = library.create("CreateSessionOptions");
  library.call("SetSessionGraphOptimizationLevel", settings, noOptimization);
  library.call("SetSessionLogSeverityLevel", settings, nothing);
  library.call("AddSessionConfigEntry", settings, "session.use_env_allocators", "1");
  library.call("DisableMemPattern", settings);
  const folder = dirname(library.path);
  library.call("AddSessionConfigEntry", settings, givenFolder, folder);
  const shares = environment.sharesThreads && options.threads === environment.threads;
  if (shares) library.call("DisablePerSessionThreads", settings);
  else library.call("SetIntraOpNumThreads", settings, options.threads);
  if (options.profilePrefix !== undefined) {
    // The runtime adds the time of day, which alone does not tell sessions of one moment apart.
    library.call("EnableProfiling", settings, `${options.profilePrefix}.${profiles++}`);
  }
  return settings;
}
