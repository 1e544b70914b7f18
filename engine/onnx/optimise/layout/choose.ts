/**
 * Which products gain from blocked layout. A product is faster in it, but matrices must be converted
 * where the blocked part of the graph begins and ends, so it depends on the neighbours: the choice is
 * made for the graph as a whole, by an estimate of what its products and conversions take.
 */
import { type Graph, type Node, sizeOf } from "../../../graph/index.ts";
import { neededNodes, rewriteGraph } from "../../../passes/index.ts";
import type { Tuning } from "../../tuning.ts";
import { blockableProduct } from "./blockable.ts";
import { blockProducts } from "./rewrite.ts";

type Sizes = Tuning["layout"];

/** Whether there is anything to choose from. */
export function hasBlockableProducts(graph: Graph, { smallestSide }: Sizes): boolean {
  return graph.nodes.some((node) => blockableProduct(node, smallestSide) !== null);
}

/** The graph with those products in blocked layout that gain from it. */
export function withBlockedProducts(graph: Graph, sizes: Sizes): Graph {
  const { smallestSide, speed } = sizes;
  const kinds = new Set(graph.nodes.flatMap((node) => kindOf(node, smallestSide) ?? []));
  const rewritten = (chosen: ReadonlySet<string>): Candidate => {
    const result = blockProducts(graph, smallestSide, (node) =>
      chosen.has(kindOf(node, smallestSide)!),
    );
    return { chosen, graph: result, time: estimate(result, speed) };
  };
  let best = rewritten(kinds);
  for (const kind of kinds) {
    const others = new Set([...best.chosen].filter((each) => each !== kind));
    const candidate = rewritten(others);
    if (candidate.time <= best.time) best = candidate;
  }
  return best.time < estimate(graph, speed) ? rewriteGraph(best.graph, () => null) : graph;
}

interface Candidate {
  readonly chosen: ReadonlySet<string>;
  readonly graph: Graph;
  readonly time: number;
}

/** Products of one kind are chosen together. */
function kindOf(node: Node, smallestSide: number): string | null {
  const sides = blockableProduct(node, smallestSide);
  return sides === null ? null : Object.values(sides).join();
}

/** Nanoseconds of one core in products and conversions. */
function estimate(graph: Graph, speed: Sizes["speed"]): number {
  return neededNodes(graph).reduce((sum, node) => sum + timeOf(node, speed), 0);
}

function timeOf(node: Node, speed: Sizes["speed"]): number {
  const { operation, attributes } = node;
  switch (operation.name) {
    case "matmul":
      return flopsOf(node) / (attributes.transposeA ? speed.ofTransposed : speed.product);
    case "blockedMatmul":
      return flopsOf(node) / speed.blockedProduct;
    case "toBlocks":
    case "fromBlocks":
    case "headsToBlocks":
    case "headsFromBlocks":
      return bytesOf(node) / speed.conversion;
    case "transpose": {
      const order = attributes.order as readonly number[];
      const keepsRows = order.slice(-2).join() === [order.length - 2, order.length - 1].join();
      return bytesOf(node) / (keepsRows ? speed.moveOfRows : speed.conversion);
    }
    default:
      return 0;
  }
}

const bytesOf = ({ inputs: [input] }: Node): number => 4 * sizeOf(input!.shape);

function flopsOf({ operation, inputs, outputs, attributes }: Node): number {
  const types = (values: Node["outputs"]) => values.map((value) => value.type);
  return operation.flops!(types(inputs), types(outputs), attributes);
}
