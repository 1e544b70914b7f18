/** One of the models that a program runs, one after the other. */
import type { Graph, Node, Value } from "../graph/index.ts";
import type { HostBuffer } from "./buffer.ts";
import type { LoweringTarget } from "./lower/index.ts";
import type { RowLoop } from "./optimise/loops/index.ts";
import type { OrtEnvironment, PrepackedWeights, SessionOptions } from "./runtime/index.ts";

/** A part's input or output: the program's own, or a scalar that the first part hands to the others. */
export type Port =
  | { readonly kind: "input"; readonly name: string }
  | { readonly kind: "output"; readonly name: string }
  | { readonly kind: "scalar"; readonly value: Value };

export interface Submodel {
  /** Nodes of its model. */
  readonly operations: number;
  /** Of arrays that it keeps beside the caller's. */
  readonly bytes: number;
  /** @param bufferOf the caller's buffers of this run, and the scalars between parts. */
  run(bufferOf: (port: Port) => HostBuffer): void;
  endProfile(): string;
  release(): void;
}

export interface ConstantBuffers {
  /** By name. */
  readonly buffers: ReadonlyMap<string, HostBuffer>;
  readonly prepacked: PrepackedWeights;
}

export interface SubmodelOptions {
  readonly name: string;
  readonly graph: Graph;
  /** The graph's, in an order in which they can run. */
  readonly steps: readonly (Node | RowLoop)[];
  /** What each of the graph's inputs and outputs is, in their order. */
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  /** The graph's output -> the graph's input that it updates in place. */
  readonly donate: Readonly<Record<string, string>>;
  /** The graph's inputs that never change. */
  readonly constants: ConstantBuffers;
  readonly environment: OrtEnvironment;
  readonly target: LoweringTarget;
  readonly session: SessionOptions;
}
