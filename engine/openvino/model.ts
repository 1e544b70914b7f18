/** A model that the library has compiled, and the request that runs it. */
import { explain } from "../base/index.ts";
import type { Precision } from "../engine.ts";
import { inputPort, modelFile, type OnnxModel, outputPort } from "../onnx/lower/index.ts";
import { TraceFile } from "../trace-file.ts";
import type { Bound } from "./buffer.ts";
import { device, type OpenvinoEnvironment } from "./environment.ts";
import type { Handle, Properties } from "./library.ts";

export interface ModelOptions {
  readonly name: string;
  readonly threads: number;
  /** Of matrix products and what lies between them. */
  readonly precision: Precision;
  /** Into which a trace of the runs is written. */
  readonly profileFolder?: string;
}

/** No processor computes in TF32: the engine refuses it before. */
const hint: Readonly<Record<Precision, string>> = { float32: "f32", bfloat16: "bf16", tf32: "f32" };

/** Runs of models by this process. */
let runs = 0;

export const modelRuns = (): number => runs;

export class OpenvinoModel {
  /** Nodes of the model that the library is given; it fuses some of them. */
  readonly operations: number;
  readonly #environment: OpenvinoEnvironment;
  readonly #name: string;
  readonly #compiled: Handle;
  readonly #request: Handle;
  /** Ports of inputs that a node reads: the library does not know the others. */
  readonly #read: ReadonlySet<string>;
  readonly #trace: TraceFile | null;
  /** By port: of what the request was given. */
  readonly #ids = new Map<string, number>();

  /** @throws EngineError when the library refuses the model. */
  constructor(environment: OpenvinoEnvironment, lowered: OnnxModel, options: ModelOptions) {
    const { name } = options;
    const { library, core } = environment;
    this.#environment = environment;
    this.#name = name;
    const { profileFolder } = options;
    this.#trace = profileFolder === undefined ? null : new TraceFile(profileFolder, name);
    this.#read = new Set(lowered.nodes.flatMap(({ inputs, captured }) => [...inputs, ...captured]));
    this.operations = lowered.nodes.length;
    const bytes = modelFile(lowered, "");
    let model: Handle | undefined;
    let compiled: Handle | undefined;
    try {
      const reader = "ov_core_read_model_from_memory_buffer";
      model = library.create(reader, core, bytes, bytes.byteLength, 0n);
      compiled = library.compile(core, model, device, propertiesOf(options));
      this.#request = library.create("ov_compiled_model_create_infer_request", compiled);
      this.#compiled = compiled;
    } catch (cause) {
      if (compiled !== undefined) library.release("ov_compiled_model_free", compiled);
      throw explain(`${name}: OpenVINO refuses the model`, cause);
    } finally {
      if (model !== undefined) library.release("ov_model_free", model);
    }
  }

  input(name: string, bound: Bound): void {
    const port = inputPort(name);
    if (this.#read.has(port)) this.#set(port, bound);
  }

  output(name: string, bound: Bound): void {
    this.#set(outputPort(name), bound);
  }

  /** Runs on the tensors that were set last. @throws EngineError */
  run(): void {
    runs++;
    this.#trace?.makeRoom();
    const began = this.#trace?.now() ?? 0;
    try {
      this.#environment.library.call("ov_infer_request_infer", this.#request);
    } catch (cause) {
      throw explain(this.#name, cause);
    }
    if (this.#trace !== null) this.#note(this.#trace, began);
  }

  /** @throws EngineError when the trace cannot be written; everything is freed even so. */
  release(): void {
    const { library } = this.#environment;
    library.release("ov_infer_request_free", this.#request);
    library.release("ov_compiled_model_free", this.#compiled);
    this.#trace?.close();
  }

  /** The library tells how long each node took, not when: they are laid one behind the other. */
  #note(trace: TraceFile, start: number): void {
    let began = start;
    for (const time of this.#environment.library.profile(this.#request)) {
      const { operation, name, microseconds: lasted } = time;
      trace.add({ operation, began, lasted, details: { node: name } });
      began += lasted;
    }
  }

  #set(port: string, { tensor, id }: Bound): void {
    if (this.#ids.get(port) === id) return;
    this.#environment.library.call("ov_infer_request_set_tensor", this.#request, port, tensor);
    this.#ids.set(port, id);
  }
}

/** The hint is always given: without it some processors silently compute in bfloat16. */
function propertiesOf({ precision, threads, profileFolder }: ModelOptions): Properties {
  return {
    INFERENCE_PRECISION_HINT: hint[precision],
    PERFORMANCE_HINT: "LATENCY",
    INFERENCE_NUM_THREADS: String(threads),
    // A process that shares its cores must not hold on to some of them.
    ENABLE_CPU_PINNING: "NO",
    // Activations of products with integer matrices stay as they are.
    DYNAMIC_QUANTIZATION_GROUP_SIZE: "0",
    PERF_COUNT: profileFolder === undefined ? "NO" : "YES",
  };
}
