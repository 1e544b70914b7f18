/**
 * Which operations run a few rows at a time as one: neighbours that keep rows apart, joined as long as
 * that leaves an order to run in. An operation joins what consumes it, so that a gradient's factors
 * are computed where they are used and not kept from the forward pass.
 */
import { type Graph, isConstant, isInput, type Node, sizeOf } from "../../../graph/index.ts";
import type { Tuning } from "../../tuning.ts";
import { Contraction, type Group } from "./contraction.ts";
import { type RowSpace, rowSpaceOf } from "./row-space.ts";
import { joinTotals } from "./totals.ts";

export interface Cluster {
  /** In an order in which they can run. */
  readonly nodes: readonly Node[];
  readonly space: RowSpace;
}

/**
 * The graph's steps in an order in which they can run: single nodes, and clusters.
 * @param sizes from how many elements chains are clustered, and whether sums over all rows belong to them.
 */
export function clusterRows(
  graph: Graph,
  { smallestSize, sumsRows }: Pick<Tuning["loops"], "smallestSize" | "sumsRows">,
): (Node | Cluster)[] {
  const contraction = new Contraction(graph);
  const spaces = new Map<Group, RowSpace>();
  for (const node of graph.nodes) {
    const space = isInput(node) || isConstant(node) ? null : rowSpaceOf(node);
    if (space !== null && space.rows > 1) spaces.set(contraction.groupOf(node), space);
  }
  for (const node of graph.nodes.toReversed()) {
    for (const consumer of contraction.consumersOf(node)) {
      join(contraction, spaces, contraction.groupOf(node), contraction.groupOf(consumer));
    }
  }
  if (sumsRows) joinTotals(graph, contraction, spaces);
  return contraction.inOrder().flatMap((group) => stepsOf(group, spaces.get(group), smallestSize));
}

function join(
  contraction: Contraction,
  spaces: Map<Group, RowSpace>,
  producer: Group,
  consumer: Group,
): void {
  const [spaceA, spaceB] = [spaces.get(producer), spaces.get(consumer)];
  if (producer === consumer || spaceA === undefined || spaceB === undefined) return;
  const common = commonSpace(spaceA, spaceB);
  if (common === null) return;
  const merged = contraction.merge(producer, consumer);
  if (merged !== null) spaces.set(merged, common);
}

/** Columns go with rows of any width. */
function commonSpace(a: RowSpace, b: RowSpace): RowSpace | null {
  if (a.rows !== b.rows) return null;
  if (a.width === b.width || b.width === 1) return a;
  return a.width === 1 ? b : null;
}

/** A group that is not worth a loop over its rows is run node by node. */
function stepsOf(
  group: Group,
  space: RowSpace | undefined,
  smallestSize: number,
): (Node | Cluster)[] {
  const nodes = [...group].sort((a, b) => a.id - b.id);
  if (space === undefined || nodes.length < 2) return nodes;
  if (space.rows * space.width < smallestSize) return nodes;
  const passes = nodes.filter((node) => isPassOver(space, node));
  return passes.length < 2 ? nodes : [{ nodes, space }];
}

/** Whether the node goes over as many elements as the space has. */
function isPassOver(space: RowSpace, { operation, inputs, outputs }: Node): boolean {
  if (operation.name === "reshape") return false;
  const size = space.rows * space.width;
  return [...inputs, ...outputs].some((value) => sizeOf(value.shape) === size);
}
