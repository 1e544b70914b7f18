/** Composites become the simpler operations that they mean, except those that the engine lowers itself. */
import type { Graph, Node } from "../graph/index.ts";
import { neededNodes, rewriteGraph } from "./rewrite.ts";

export type Lowers = ReadonlySet<string> | ((node: Node) => boolean);

/** @param lowers names of the composites to keep, or which nodes to keep. */
export function expandComposites(graph: Graph, lowers: Lowers = new Set()): Graph {
  const stays =
    typeof lowers === "function" ? lowers : (node: Node) => lowers.has(node.operation.name);
  const goes = (node: Node) => node.operation.expand !== undefined && !stays(node);
  let result = graph;
  while (neededNodes(result).some(goes)) {
    result = rewriteGraph(result, ({ node, inputs }) =>
      goes(node) ? node.operation.expand!(inputs, node.attributes) : null,
    );
  }
  return result;
}
