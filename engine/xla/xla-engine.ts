/**
 * The engine `xla`: graphs lowered to StableHLO, compiled by a PJRT plug-in and run on its device, where
 * parameters, moments and caches stay.
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
  type Mesh,
  type Precision,
} from "../engine.ts";
import type { Graph, TensorData, TensorType } from "../graph/index.ts";
import { prepare } from "../passes/index.ts";
import { XlaBuffer } from "./buffer.ts";
import { attentionOn, type BlockOptions, lowersWith } from "./lower/index.ts";
import { checkMesh, devicesOf, oneDevice } from "./mesh/index.ts";
import { describeVersion } from "./pjrt/index.ts";
import { XlaProgram } from "./program.ts";
import { openRuntime, runs, type XlaRuntime } from "./runtime.ts";

export interface XlaEngineOptions {
  /** Of a plug-in for the processor; all cores unless given. */
  readonly threads?: number;
  /** Of matrix products and what lies between them; the rest is float32. */
  readonly precision?: Precision;
  /** Devices that one program is divided among; one unless given. */
  readonly mesh?: Mesh;
  /** When and how attention is computed by blocks; for tests and measurements. */
  readonly attention?: BlockOptions;
  /** A folder into which each program writes a Chrome trace, an event a run. */
  readonly profileFolder?: string;
}

export class XlaEngine extends BaseEngine<XlaBuffer, XlaProgram> {
  readonly name = "xla";
  readonly #runtime: XlaRuntime;
  readonly #release: () => void;
  readonly #precision: Precision;
  readonly #attention: BlockOptions;
  readonly #profileFolder: string | undefined;
  #isDisposed = false;

  /** @throws EngineError when no plug-in starts, saying why of each. */
  constructor({
    threads = defaultThreads(),
    precision = "float32",
    attention,
    profileFolder,
    mesh = oneDevice,
  }: XlaEngineOptions = {}) {
    super();
    checkThreads("xla", threads);
    checkMesh(mesh);
    const { runtime, release } = openRuntime({ threads, mesh });
    const { platform } = runtime.client;
    if (precision === "tf32" && platform !== "cuda") {
      release();
      throw new EngineError(
        `tf32 is of NVIDIA's cards: the plug-in that starts here is for ${platform} (float32 and bfloat16 are everywhere)`,
      );
    }
    this.#runtime = runtime;
    this.#release = release;
    this.#precision = precision;
    this.#attention = attention ?? attentionOn(platform);
    this.#profileFolder = profileFolder;
  }

  describe(): EngineDescription {
    const { client, library, mesh, remarks } = this.#runtime;
    const version = describeVersion(library.version);
    const isProcessor = client.platform === "cpu";
    const device = isProcessor ? "CPU" : client.deviceKind;
    const threads = isProcessor ? this.#runtime.threads : 1;
    const parts = [
      `XLA through PJRT ${version}`,
      device,
      ...(isProcessor ? [countThreads(threads)] : []),
      ...(devicesOf(mesh) > 1 ? [describeMesh(mesh)] : []),
      this.#precision,
      ...remarks,
    ];
    return { name: this.name, summary: parts.join(", "), version, device, threads };
  }

  protected makeBuffer(type: TensorType, data: TensorData | undefined, forget: Forget): XlaBuffer {
    return new XlaBuffer(this.#runtime, type, data, forget);
  }

  protected makeProgram(
    graph: Graph,
    { name, donate, constants }: Required<CompileOptions>,
    forget: Forget,
  ): XlaProgram {
    const precision = this.#precision;
    const attention = this.#attention;
    const how = { precision, mesh: this.#runtime.mesh, attention };
    const prepared = prepare(graph, { lowers: lowersWith(how) });
    const folder = this.#profileFolder;
    const options = {
      ...{ name, donate, constants, precision, attention },
      ...(folder === undefined ? {} : { profileFolder: folder }),
    };
    return new XlaProgram(this.#runtime, prepared, options, forget);
  }

  get runtimeObjects(): number {
    return this.#runtime.library.objects;
  }

  get runtimeCalls(): number {
    return runs.count;
  }

  override dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    try {
      super.dispose();
    } finally {
      this.#release();
    }
  }
}

const describeMesh = ({ data, model, sharded }: Mesh): string =>
  `${data} x ${model} devices (data x model)${sharded ? ", fully sharded" : ""}`;
