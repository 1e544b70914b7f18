/**
 * What every primitive means, in double precision and in the plainest JavaScript: constant folding
 * computes small constants by it, and tests measure gradients and engines against it.
 */
import { type Graph, GraphError, type Node, type TensorData, type Value } from "../graph/index.ts";
import { type Elements, type Meaning, toElements } from "./elements.ts";
import { elementwiseMeanings } from "./evaluate-elementwise.ts";
import { structureMeanings } from "./evaluate-structure.ts";

const meanings: Readonly<Record<string, Meaning>> = {
  ...elementwiseMeanings,
  ...structureMeanings,
};

/** Whether {@link evaluateNode} knows the operation. */
export const isEvaluable = (node: Node): boolean => node.operation.name in meanings;

/** @throws GraphError for an operation that is no primitive. */
export function evaluateNode(node: Node, inputs: readonly Elements[]): Elements {
  const meaning = meanings[node.operation.name];
  if (meaning === undefined) throw new GraphError(`${node.operation.name} is no primitive`);
  return meaning(node, inputs);
}

/**
 * The outputs of a graph of primitives, by name. Slow: for small graphs.
 * @throws GraphError for a composite (expand it first) or an input without data.
 */
export function evaluate(
  graph: Graph,
  inputs: Readonly<Record<string, TensorData | Elements>>,
): Record<string, Elements> {
  const known = new Map<Value, Elements>();
  for (const [name, value] of graph.inputs) {
    const data = inputs[name];
    if (data === undefined) throw new GraphError(`evaluate: no data for the input "${name}"`);
    known.set(value, toElements(value.dtype, data));
  }
  const read = (value: Value): Elements => known.get(value)!;
  for (const node of graph.nodes) {
    const output = node.outputs[0]!;
    if (!known.has(output)) known.set(output, evaluateNode(node, node.inputs.map(read)));
  }
  return Object.fromEntries([...graph.outputs].map(([name, value]) => [name, read(value)]));
}
