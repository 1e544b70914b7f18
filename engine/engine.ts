/**
 * The engine contract: an engine compiles a graph into a program and runs it. That is all of it;
 * everything above (models, trainers) speaks to this and to no engine.
 */
import { PathloomError } from "../errors/index.ts";
import type { Graph, TensorData, TensorType } from "./graph/index.ts";

/**
 * What computes: compiles graphs into programs, and holds their tensors.
 * @example
 * const { engine }: { engine: Engine } = await startEngine("onnx", { threads: 4 });
 * console.log(engine.describe().summary, engine.memory().bytes);
 * engine.dispose();
 */
export interface Engine {
  readonly name: string;
  describe(): EngineDescription;
  /** A tensor that lives where the engine computes; zeros unless data are given. */
  buffer(type: TensorType, data?: TensorData): Buffer;
  /** @throws EngineError when the graph holds something the engine cannot run. */
  compile(graph: Graph, options?: CompileOptions): Program;
  /** What is alive now; flat in a loop that leaks nothing. */
  memory(): EngineMemory;
  /**
   * Calls of the library that computes, by this process so far: a program may make several in a run.
   * Null of engines that do not count them.
   */
  readonly runtimeCalls: number | null;
  /**
   * What the library that computes holds for this process, by a count of its own objects and not of the
   * engine's: tensors of TensorFlow.js; tensors, sessions and settings of ONNX Runtime.
   */
  readonly runtimeObjects: number;
  /** Frees everything that is still alive. The engine cannot be used afterwards. */
  dispose(): void;
}

export interface EngineDescription {
  readonly name: string;
  /** As `ONNX Runtime 1.30.0, CPU, 2 threads`. */
  readonly summary: string;
  readonly version: string;
  readonly device: string;
  readonly threads: number;
}

export interface EngineMemory {
  readonly buffers: number;
  readonly bytes: number;
  readonly programs: number;
}

export interface Buffer {
  readonly type: TensorType;
  /**
   * The elements, row-major. On an engine that computes in host memory this is the memory itself,
   * not a copy: what is written to it, the next run sees. Elsewhere it is a copy.
   */
  read(): TensorData;
  /** @throws EngineError when the length differs. */
  write(data: TensorData): void;
  /**
   * Lets `make` write all elements, into zeros or into what was there. On an engine that computes in
   * host memory that is the memory itself, so that a large tensor is held once.
   */
  fill(make: (elements: TensorData) => void): void;
  dispose(): void;
}

export interface CompileOptions {
  /** Shown in profiles and errors. */
  readonly name?: string;
  /**
   * Output name -> input name: the caller gives the same buffer for both, and the program updates it
   * in place (parameters, moments, gradient sums).
   */
  readonly donate?: Readonly<Record<string, string>>;
  /**
   * Input name -> the buffer that every run gives for it and that nobody writes to any more: an engine
   * may pack its contents for its kernels. Programs that are given the same object share what is packed.
   */
  readonly constants?: Readonly<Record<string, Buffer>>;
}

export interface Program {
  /** Operations as the engine runs them, after fusion; for people and for tests. */
  readonly operations: number;
  /**
   * Runs to the end. Every input and every output of the graph is named; types are checked.
   * @throws EngineError naming the input or output that is missing, unknown or of another type.
   */
  run(inputs: Readonly<Record<string, Buffer>>, outputs: Readonly<Record<string, Buffer>>): void;
  dispose(): void;
}

/**
 * An engine that does not start, or cannot run what it was given.
 * @example
 * const { engine } = await startEngine("cuda").catch((error: unknown) => {
 *   if (!(error instanceof EngineError)) throw error;
 *   return startEngine("onnx");
 * });
 */
export class EngineError extends PathloomError {
  override readonly name: string = "EngineError";
  override readonly code: string = "ERR_ENGINE";
}

/**
 * Of matrix products. `tf32` leaves tensors in float32 and has an NVIDIA card's tensor cores round the
 * factors to 10 bits behind the point.
 */
export type Precision = "float32" | "bfloat16" | "tf32";

/** Devices in a rectangle that one program is divided among. */
export interface Mesh {
  /** Devices among which the rows of a batch are divided. */
  readonly data: number;
  /** Devices among which matrices are divided, and with them heads and the feed-forward layer. */
  readonly model: number;
  /**
   * Parameters, gradients and moments are divided along `data`, too, and gathered when they are read:
   * each device keeps its share alone (ZeRO-3, fully sharded data parallel).
   */
  readonly sharded: boolean;
}
