/** How every pass works: the needed nodes of a graph are copied into a new one, some of them changed. */
import { Graph, isInput, type Node, type Shape, type Value } from "../graph/index.ts";

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
  const target = new Graph();
  const images = new Map<Value, Value>();
  for (const [name, value] of graph.inputs) {
    images.set(value, target.input(name, value.shape as Shape, value.dtype));
  }
  for (const node of neededNodes(graph)) {
    if (isInput(node)) continue;
    const inputs = node.inputs.map((input) => images.get(input)!);
    const outputs = target.scope(
      node.scope,
      () =>
        rewrite({ node, inputs, target }) ?? target.add(node.operation, inputs, node.attributes),
    );
    for (const [index, output] of node.outputs.entries()) images.set(output, outputs[index]!);
  }
  for (const [name, value] of graph.outputs) target.output(name, images.get(value)!);
  return target;
}
