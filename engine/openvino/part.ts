/** One of the models that a program runs, one after the other. */
import type { Donations } from "../base/index.ts";
import type { Graph } from "../graph/index.ts";
import type { Port } from "../onnx/optimise/tiles/index.ts";
import type { OpenvinoBuffer } from "./buffer.ts";
import type { ModelOptions } from "./model.ts";

export interface Part {
  /** Nodes of its model. */
  readonly operations: number;
  run(): void;
  /** @throws EngineError when a trace cannot be written; everything is freed even so. */
  release(): void;
}

export interface PartOptions {
  readonly graph: Graph;
  /** What each of the graph's inputs and outputs is to the program. */
  readonly inputs: ReadonlyMap<string, Port>;
  readonly outputs: ReadonlyMap<string, Port>;
  /** The graph's output -> the graph's input that it updates in place. */
  readonly donate: Donations;
  readonly model: ModelOptions;
  /** The caller's buffers of this run, and the scalars between parts. */
  readonly bufferOf: (port: Port) => OpenvinoBuffer;
}
