/** Operations on small constants are computed now. Large ones are left: they would swell the program. */
import {
  allocate,
  constantData,
  type Graph,
  isConstant,
  type Node,
  sizeOf,
} from "../graph/index.ts";
import { toElements } from "./elements.ts";
import { evaluateNode, isEvaluable } from "./evaluate.ts";
import { rewriteGraph } from "./rewrite.ts";

const largest = 4096;

export function foldConstants(graph: Graph): Graph {
  return rewriteGraph(graph, ({ node, inputs, target }) => {
    if (!folds(node) || !inputs.every((input) => isConstant(input.node))) return null;
    const elements = evaluateNode(
      node,
      inputs.map((input) => toElements(input.dtype, constantData(input))),
    );
    const { type } = node.outputs[0]!;
    const data = allocate(type);
    data.set(elements);
    return [target.constant(data, type.shape, type.dtype)];
  });
}

/** A broadcast is better left to the operation that reads it. */
function folds(node: Node): boolean {
  return (
    node.inputs.length > 0 &&
    node.operation.name !== "broadcastTo" &&
    node.outputs[0]!.dtype !== "bfloat16" &&
    isEvaluable(node) &&
    sizeOf(node.outputs[0]!.shape) <= largest
  );
}
