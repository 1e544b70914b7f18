/** What an engine does with a graph before it lowers it. */
import type { Graph } from "../graph/index.ts";
import { removeDeadCode } from "./dead-code.ts";
import { expandComposites } from "./expand-composites.ts";

export interface PrepareOptions {
  /** Names of the composites that the engine runs itself; the others become primitives. */
  readonly lowers: ReadonlySet<string>;
}

/** An equal graph with less to do. Inputs, outputs and their names stay. */
export function prepare(graph: Graph, { lowers }: PrepareOptions): Graph {
  return removeDeadCode(expandComposites(graph, lowers));
}
