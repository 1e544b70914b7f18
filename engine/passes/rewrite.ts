/** How every pass works: the needed nodes of a graph are copied into a new one, some of them changed. */
import { type Graph, GraphCopier, isInput, type Node, type Value } from "../graph/index.ts";

/** A node about to be copied, with its operands as they are in the new graph. */
export interface Visit {
  readonly node: Node;
  readonly inputs: readonly Value[];
  readonly target: Graph;
}

/** The values that stand for the node's outputs in the new graph, or null: copy the node as it is. */
export type Rewrite = (visit: Visit) => readonly Value[] | null;

/** The nodes on which an output depends, in order. */
export function neededNodes(graph: Graph): Node[] {
  const needed = new Set([...graph.outputs.values()].map((value) => value.node));
  for (let id = graph.nodes.length - 1; id >= 0; id--) {
    const node = graph.nodes[id]!;
    if (needed.has(node)) for (const input of node.inputs) needed.add(input.node);
  }
  return graph.nodes.filter((node) => needed.has(node));
}

/** Inputs are all kept, needed or not: the caller feeds them. Scopes are kept. */
export function rewriteGraph(graph: Graph, rewrite: Rewrite): Graph {
  const copier = new GraphCopier();
  const { target } = copier;
  copier.inputs(graph);
  for (const node of neededNodes(graph)) {
    if (isInput(node)) continue;
    const inputs = node.inputs.map((input) => copier.image(input));
    copier.replace(node, () => rewrite({ node, inputs, target }) ?? copier.add(node, inputs));
  }
  copier.outputs(graph);
  return target;
}
