/**
 * The order of a run: which nodes, by which kernels, and after which of them each tensor is free.
 */
import { EngineError } from "../engine.ts";
import { type Graph, isConstant, isInput, type Node, type Value } from "../graph/index.ts";
import type { Kernel, Kernels } from "./kernels/index.ts";

export interface Step {
  readonly node: Node;
  readonly kernel: Kernel;
  /** Operands and results that nothing needs after this step. */
  readonly last: readonly Value[];
}

export interface Plan {
  readonly constants: readonly Value[];
  readonly steps: readonly Step[];
}

/**
 * @param graph without dead code.
 * @throws EngineError when an operation has no kernel.
 */
export function planRun(graph: Graph, kernels: Kernels): Plan {
  const computed = graph.nodes.filter((node) => !isInput(node) && !isConstant(node));
  const last = lastUses(graph, computed);
  return {
    constants: graph.nodes.filter(isConstant).flatMap((node) => node.outputs),
    steps: computed.map((node) => {
      const kernel = kernels[node.operation.name];
      if (kernel === undefined) {
        throw new EngineError(`the operation ${node.operation.name} has no TensorFlow.js kernel`);
      }
      return { node, kernel, last: last.get(node) ?? [] };
    }),
  };
}

/** Per node: the values that it is the last to touch. Outputs of the graph are never in it. */
function lastUses(graph: Graph, nodes: readonly Node[]): Map<Node, Value[]> {
  const seen = new Set<Value>(graph.outputs.values());
  const result = new Map<Node, Value[]>();
  for (const node of nodes.toReversed()) {
    const ending = [...new Set([...node.inputs, ...node.outputs])].filter(
      (value) => !seen.has(value),
    );
    for (const value of ending) seen.add(value);
    result.set(node, ending);
  }
  return result;
}
