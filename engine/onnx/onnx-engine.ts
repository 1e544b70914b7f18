/**
 * The engine `onnx`: graphs run by ONNX Runtime on the CPU, in the caller's own memory. It needs
 * nothing but npm packages.
 */
import { join } from "node:path";
import {
  BaseEngine,
  checkThreads,
  countThreads,
  defaultThreads,
  type Forget,
} from "../base/index.ts";
import { type CompileOptions, type EngineDescription, EngineError } from "../engine.ts";
import type { Graph, TensorData, TensorType } from "../graph/index.ts";
import { prepare } from "../passes/index.ts";
import { HostBuffer } from "./buffer.ts";
import {
  lowersWith,
  type Operators,
  type PrivateOperator,
  privateOperators,
} from "./lower/index.ts";
import type { PassName } from "./optimise/index.ts";
import type { ConstantBuffers } from "./part.ts";
import { workingOperators } from "./private-operators/index.ts";
import { OnnxProgram } from "./program.ts";
import {
  type OrtEnvironment,
  ortEnvironment,
  PrepackedWeights,
  type SessionOptions,
  sessionRuns,
} from "./runtime/index.ts";
import { type Tuning, tuningFor } from "./tuning.ts";

export interface OnnxEngineOptions {
  /** All cores unless given. */
  readonly threads?: number;
  /** A folder into which each program writes a Chrome trace of its runs, an event a node. */
  readonly profileFolder?: string;
  /** Operators of the runtime's own that are not to be used, beside those that do not work here. */
  readonly withoutOperators?: readonly PrivateOperator[];
  /** Passes that are left out; what they gain is measured so. */
  readonly withoutPasses?: readonly PassName[];
  /** That of `tuning.ts` for the number of threads unless given. */
  readonly tuning?: Tuning;
}

export class OnnxEngine extends BaseEngine<HostBuffer, OnnxProgram> {
  readonly name = "onnx";
  readonly #environment: OrtEnvironment;
  readonly #threads: number;
  readonly #profileFolder: string | undefined;
  readonly #operators: Operators;
  readonly #withoutPasses: readonly PassName[];
  readonly #tuning: Tuning;
  /** By the constant buffers that programs were given. */
  readonly #prepacked = new WeakMap<object, PrepackedWeights>();

  /** @throws EngineError when ONNX Runtime does not start here. */
  constructor({
    threads = defaultThreads(),
    profileFolder,
    withoutOperators = [],
    withoutPasses = [],
    tuning = tuningFor(threads),
  }: OnnxEngineOptions = {}) {
    super();
    checkThreads("onnx", threads);
    this.#environment = ortEnvironment(threads);
    this.#threads = threads;
    this.#profileFolder = profileFolder;
    this.#withoutPasses = withoutPasses;
    this.#tuning = tuning;
    const working = workingOperators(this.#environment);
    this.#operators = new Set([...working].filter((each) => !withoutOperators.includes(each)));
  }

  describe(): EngineDescription {
    const { version } = this.#environment.library;
    const threads = this.#threads;
    const missing = privateOperators.filter((each) => !this.#operators.has(each));
    const without = missing.length === 0 ? "" : `, without ${missing.join(", ")}`;
    const { tileElements } = this.#tuning.tiles;
    const isBuiltIn = tileElements === tuningFor(threads).tiles.tileElements;
    const tiles = isBuiltIn ? "" : `, tiles of ${tileElements} elements`;
    const summary = `ONNX Runtime ${version}, CPU, ${countThreads(threads)}${without}${tiles}`;
    return { name: this.name, summary, version, device: "CPU", threads };
  }

  protected makeBuffer(type: TensorType, data: TensorData | undefined, forget: Forget): HostBuffer {
    return new HostBuffer(this.#environment, type, data, forget);
  }

  protected makeProgram(
    graph: Graph,
    { name, donate, constants }: Required<CompileOptions>,
    forget: Forget,
  ): OnnxProgram {
    const operators = this.#operators;
    const prepared = prepare(graph, { lowers: lowersWith(operators) });
    const options = {
      name,
      donate,
      constants: this.#constantBuffers(constants),
      session: this.#sessionOptions(name),
      target: { operators, tuning: this.#tuning },
      withoutPasses: this.#withoutPasses,
    };
    return new OnnxProgram(this.#environment, prepared, options, forget);
  }

  protected override bytesOfProgram(program: OnnxProgram): number {
    return program.bytes;
  }

  get runtimeObjects(): number {
    return this.#environment.library.objects;
  }

  get runtimeCalls(): number {
    return sessionRuns();
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
      throw new EngineError(`constants: "${name}" is a buffer of another engine`);
    });
    return { buffers: new Map(buffers), prepacked };
  }
}
