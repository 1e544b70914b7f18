/** A graph without the composites that the kernels do not know: each replaced by what it means. */
import { constantData, Graph, isConstant, isInput, type Node, type Value } from "../graph/index.ts";

/** Repeats until nothing is left to expand; composites may be made of composites. */
export function expandComposites(graph: Graph, isKnown: (name: string) => boolean): Graph {
  const opaque = (node: Node) =>
    node.operation.expand !== undefined && !isKnown(node.operation.name);
  let result = graph;
  while (result.nodes.some(opaque)) result = expandOnce(result, opaque);
  return result;
}

function expandOnce(graph: Graph, opaque: (node: Node) => boolean): Graph {
  const result = new Graph();
  const moved = new Map<Value, Value>();
  for (const node of graph.nodes) {
    const outputs = result.scope(node.scope, () => moveNode(result, node, opaque, moved));
    for (const [index, output] of node.outputs.entries()) moved.set(output, outputs[index]!);
  }
  for (const [name, value] of graph.outputs) result.output(name, moved.get(value)!);
  return result;
}

function moveNode(
  graph: Graph,
  node: Node,
  opaque: (node: Node) => boolean,
  moved: ReadonlyMap<Value, Value>,
): readonly Value[] {
  const value = node.outputs[0]!;
  if (isInput(node)) {
    return [graph.input(node.attributes.name as string, value.shape, value.dtype)];
  }
  if (isConstant(node)) return [graph.constant(constantData(value), value.shape, value.dtype)];
  const inputs = node.inputs.map((input) => moved.get(input)!);
  if (opaque(node)) return node.operation.expand!(inputs, node.attributes);
  return graph.add(node.operation, inputs, node.attributes);
}
