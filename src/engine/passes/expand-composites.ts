/** Composites become the simpler operations that they mean, except those that the engine lowers itself. */
import type { Graph, Node } from "../graph/index.ts";
import { neededNodes, rewriteGraph } from "./rewrite.ts";

/** @param lowers names of the composites to keep. */
export function expandComposites(graph: Graph, lowers: ReadonlySet<string> = new Set()): Graph {
  const goes = (node: Node) =>
    node.operation.expand !== undefined && !lowers.has(node.operation.name);
  let result = graph;
  while (neededNodes(result).some(goes)) {
    result = rewriteGraph(result, ({ node, inputs }) =>
      goes(node) ? node.operation.expand!(inputs, node.attributes) : null,
    );
  }
  return result;
}
