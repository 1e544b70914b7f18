/** A composite node rewritten in its own graph as the simpler operations that it means. */
import { GraphError, type Node, type Value } from "../graph/index.ts";

export interface Expansion {
  /** The nodes that were added, in order. */
  readonly added: Node[];
  /** Stand in for the node's outputs, in their order. */
  readonly outputs: readonly Value[];
}

/** @throws GraphError for a primitive. */
export function expandNode(node: Node): Expansion {
  const expand = node.operation.expand;
  if (expand === undefined) throw new GraphError(`${node.operation.name} is a primitive`);
  const graph = node.graph;
  const before = graph.nodes.length;
  const outputs = graph.scope(node.scope, () => expand(node.inputs, node.attributes));
  return { added: graph.nodes.slice(before), outputs };
}
