/** Exact counts of floating-point operations, from the graph alone. */
import { type Graph, sizeOf } from "../graph/index.ts";
import { expandComposites, neededNodes } from "../passes/index.ts";

export interface FlopCount {
  /** A multiply-add counts two; every other operation one for each element. */
  readonly total: number;
  /** Of the matrix products alone: what a share of the machine's peak is measured by. */
  readonly products: number;
  /** By the primitive's name, the largest first. */
  readonly byOperation: ReadonlyMap<string, number>;
}

/** Of one run of the graph: composites count as what they mean, nodes that no output needs not at all. */
export function flops(graph: Graph): FlopCount {
  const counts = new Map<string, number>();
  for (const { operation, inputs, outputs, attributes } of neededNodes(expandComposites(graph))) {
    const types = outputs.map((output) => output.type);
    const count =
      operation.flops?.(
        inputs.map((input) => input.type),
        types,
        attributes,
      ) ?? types.reduce((sum, type) => sum + sizeOf(type.shape), 0);
    if (count > 0) counts.set(operation.name, (counts.get(operation.name) ?? 0) + count);
  }
  return {
    total: [...counts.values()].reduce((sum, count) => sum + count, 0),
    products: counts.get("matmul") ?? 0,
    byOperation: new Map([...counts].sort(([, a], [, b]) => b - a)),
  };
}
