/**
 * Which products gain from blocked layout. A product is faster in it, but matrices must be converted
 * where the blocked part of the graph begins and ends, so it depends on the neighbours: the choice is
 * made for the graph as a whole, by an estimate of what its products and conversions take.
 */
import { type Graph, type Node, sizeOf } from "../../graph/index.ts";
import { neededNodes, rewriteGraph } from "../../passes/rewrite.ts";
import { blockableProduct, blockProducts } from "./rewrite.ts";

/**
 * Floating-point operations and bytes a nanosecond, as found in training steps on one core (Xeon with
 * AVX-512); two cores double all of them.
 */
const speed = { product: 138, ofTransposed: 115, blockedProduct: 172, conversion: 5.5 };

/** The graph with those products in blocked layout that gain from it. */
export function withBlockedProducts(graph: Graph): Graph {
  const kinds = new Set(graph.nodes.flatMap((node) => kindOf(node) ?? []));
  if (kinds.size === 0) return graph;
  const rewritten = (chosen: ReadonlySet<string>): Candidate => {
    const result = blockProducts(graph, (node) => chosen.has(kindOf(node)!));
    return { chosen, graph: result, time: estimate(result) };
  };
  let best = rewritten(kinds);
  for (const kind of kinds) {
    const others = new Set([...best.chosen].filter((each) => each !== kind));
    const candidate = rewritten(others);
    if (candidate.time <= best.time) best = candidate;
  }
  return best.chosen.size === 0 ? graph : rewriteGraph(best.graph, () => null);
}

interface Candidate {
  readonly chosen: ReadonlySet<string>;
  readonly graph: Graph;
  readonly time: number;
}

/** Products of one kind are chosen together. */
function kindOf(node: Node): string | null {
  const sides = blockableProduct(node);
  return sides === null ? null : Object.values(sides).join();
}

/** Nanoseconds of one core in products and conversions. */
function estimate(graph: Graph): number {
  return neededNodes(graph).reduce((sum, node) => sum + timeOf(node), 0);
}

function timeOf(node: Node): number {
  switch (node.operation.name) {
    case "matmul":
      return flopsOf(node) / (node.attributes.transposeA ? speed.ofTransposed : speed.product);
    case "blockedMatmul":
      return flopsOf(node) / speed.blockedProduct;
    case "toBlocks":
    case "fromBlocks":
      return (4 * sizeOf(node.inputs[0]!.shape)) / speed.conversion;
    default:
      return 0;
  }
}

function flopsOf({ operation, inputs, outputs, attributes }: Node): number {
  const types = (values: Node["outputs"]) => values.map((value) => value.type);
  return operation.flops!(types(inputs), types(outputs), attributes);
}
