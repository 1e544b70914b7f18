/** What an engine does with a graph before it lowers it. */
import { type Graph, GraphError } from "../graph/index.ts";
import { simplify } from "./algebra/index.ts";
import { mergeCommonSubexpressions } from "./common-subexpressions.ts";
import { expandComposites, type Lowers } from "./expand-composites.ts";
import { foldConstants } from "./fold-constants.ts";

export interface PrepareOptions {
  /** The composites that the engine runs itself, by name or node by node; others become primitives. */
  readonly lowers?: Lowers;
}

/** More rounds than any graph needs: reaching them means that two rules undo each other. */
const mostRounds = 100;

/**
 * An equal graph with less to do, without composites that the engine does not run. Inputs, outputs and
 * their names stay; results may differ in the last bits, sums being taken in another order.
 */
export function prepare(graph: Graph, { lowers = new Set() }: PrepareOptions = {}): Graph {
  let result = expandComposites(graph, lowers);
  for (let round = 0; round < mostRounds; round++) {
    const simplified = simplify(mergeCommonSubexpressions(foldConstants(result)));
    result = simplified.graph;
    if (simplified.changes === 0) return result;
  }
  throw new GraphError(`prepare: the graph still changes after ${mostRounds} rounds`);
}
