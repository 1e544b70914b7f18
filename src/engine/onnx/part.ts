/** One of the models that a program runs, one after the other. */
import type { Graph } from "../graph/index.ts";
import type { HostBuffer } from "./buffer.ts";
import type { OrtEnvironment, PackedWeights, SessionOptions } from "./runtime/index.ts";
import type { Port } from "./tiling/index.ts";

export interface ProgramPart {
  /** Nodes of its model. */
  readonly operations: number;
  /** Of arrays that it keeps beside the caller's. */
  readonly bytes: number;
  /** @param bufferOf the caller's buffers of this run, and the scalars between parts. */
  run(bufferOf: (port: Port) => HostBuffer): void;
  endProfile(): string;
  release(): void;
}

export interface FrozenBuffers {
  /** By name. */
  readonly buffers: ReadonlyMap<string, HostBuffer>;
  readonly packed: PackedWeights;
}

export interface PartOptions {
  readonly name: string;
  readonly graph: Graph;
  /** What each of the graph's inputs and outputs is, in their order. */
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  /** The graph's output -> the graph's input that it updates in place. */
  readonly donate: Readonly<Record<string, string>>;
  /** The graph's inputs that never change. */
  readonly frozen: FrozenBuffers;
  readonly environment: OrtEnvironment;
  readonly session: SessionOptions;
}
