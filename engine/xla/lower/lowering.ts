/** How an operation of the tensor language is written as StableHLO. */
import type { Mesh, Precision } from "../../engine.ts";
import type { Attributes, Graph, Node, Value } from "../../graph/index.ts";
import type { Term, Writer } from "./writer.ts";

/** When attention is computed by blocks, and how large they are. */
export interface BlockOptions {
  /** Longer sequences are; shorter ones keep their scores, which is faster. */
  readonly longerThan: number;
  /** Positions of a block; by the number of scores unless given. */
  readonly size?: number;
  /** Scores of a device's heads and rows in a block's square, at most. */
  readonly scoresAtOnce?: number;
  /** Of NVIDIA's cards in bfloat16: by a kernel of cuDNN where it can, whatever the length. */
  readonly fused?: boolean;
}

export interface LowerOptions {
  /** Of matrix products and what lies between them. */
  readonly precision: Precision;
  /** Of attention to long sequences. */
  readonly attention?: BlockOptions;
  /** That tensors are divided along. */
  readonly mesh: Mesh;
}

/** What is read of a node; `A` are its attributes. */
export interface Site<A = Attributes> {
  readonly inputs: readonly Term[];
  readonly output: Value["type"];
  readonly attributes: A;
  readonly options: LowerOptions;
  readonly lowerInside: LowerInside;
}

/** Writes a graph of inputs that are written, as the body of a loop; its outputs in their order. */
export type LowerInside = (
  writer: Writer,
  graph: Graph,
  inputs: Readonly<Record<string, Term>>,
) => Term[];

/** One term for each output of the node; none for those that no other lowering reads. */
export type Lowering = (writer: Writer, site: Site<never>) => Term | readonly Term[];

export type Lowerings = Readonly<Record<string, Lowering>>;

/** The site of a node whose operands are written. */
export const siteOf = (
  node: Node,
  inputs: readonly Term[],
  options: LowerOptions,
  lowerInside: LowerInside,
): Site<never> =>
  ({
    inputs,
    output: node.outputs[0]!.type,
    attributes: node.attributes,
    options,
    lowerInside,
  }) as Site<never>;
