/** Nodes on which no output depends go. */
import type { Graph } from "../graph/index.ts";
import { rewriteGraph } from "./rewrite.ts";

export const removeDeadCode = (graph: Graph): Graph => rewriteGraph(graph, () => null);
