/** How one operation of the graph language becomes nodes of an ONNX model. */
import type { Node, TensorType } from "../../../graph/index.ts";
import type { ModelWriter, TensorName } from "../writer.ts";

/** What a lowering sees of the node. */
export interface LoweredNode {
  readonly node: Node;
  /** The operands' names in the model. */
  readonly inputs: readonly TensorName[];
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly inputTypes: readonly TensorType[];
  readonly outputTypes: readonly TensorType[];
  /** Per operand: whether it is an input that never changes, whose contents the runtime may pack. */
  readonly constants: readonly boolean[];
}

/** Adds the nodes and returns the names of the results, in the order of the operation's outputs. */
export type Lowering = (writer: ModelWriter, lowered: LoweredNode) => readonly TensorName[];

export type LoweringTable = Readonly<Record<string, Lowering>>;
