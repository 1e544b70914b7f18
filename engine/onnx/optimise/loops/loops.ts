/** A graph's steps with its chains of operations as loops over rows. */
import { type Graph, Node, type Value } from "../../../graph/index.ts";
import type { Tuning } from "../../tuning.ts";
import { type Cluster, clusterRows } from "./clusters.ts";
import { type RowLoop, rowLoop } from "./row-loop.ts";

/** In an order in which they can run. */
export function loopsOf(graph: Graph, sizes: Tuning["loops"]): (Node | RowLoop)[] {
  return clusterRows(graph, sizes).flatMap((step): readonly (Node | RowLoop)[] => {
    if (step instanceof Node) return [step];
    const loop = rowLoop(step, sizes.blockElements, usedOutside(graph, step));
    return loop === null ? step.nodes : [loop];
  });
}

function usedOutside(graph: Graph, { nodes }: Cluster): (value: Value) => boolean {
  const members = new Set(nodes);
  const outside = new Set<Value>([
    ...graph.nodes.filter((node) => !members.has(node)).flatMap((node) => node.inputs),
    ...graph.outputs.values(),
  ]);
  return (value) => outside.has(value);
}
