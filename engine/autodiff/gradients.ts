/**
 * Reverse-mode differentiation of a graph: the gradients are nodes of the same graph. Only what the
 * asked-for values need is built, so a frozen weight costs nothing.
 */
import { type Graph, GraphError, type Node, type Value } from "../graph/index.ts";
import { add } from "../ops/index.ts";
import { backwardScope } from "./backward-scope.ts";
import { expandNode } from "./expand.ts";

/**
 * The gradient of a scalar by each of `by`, in their order.
 * @param loss float32 scalar.
 * @throws GraphError when the loss is no scalar, does not depend on one of `by`, or an operation on
 * the way has no gradient.
 * @example
 * const graph = new Graph();
 * const x = graph.input("x", [3]);
 * const loss = ops.sum(ops.square(x));
 * const [byX] = gradients(loss, [x]);
 * graph.output("gradient", byX!);
 */
export function gradients(loss: Value, by: readonly Value[]): Value[] {
  if (loss.shape.length !== 0) {
    throw new GraphError(
      `gradients of a tensor of shape [${loss.shape.join(", ")}], not of a scalar`,
    );
  }
  const graph = loss.graph;
  const needed = dependents(graph, by, loss.node.id);
  const known = new Map<Value, Value>([[loss, graph.scalar(1)]]);
  for (let id = loss.node.id; id >= 0; id--) {
    const node = graph.nodes[id]!;
    if (!needed.has(node)) continue;
    if (!node.outputs.some((output) => known.has(output))) continue;
    graph.scope(backwardScope(node.scope), () => propagate(node, needed, known));
  }
  return by.map((value) => {
    const gradient = known.get(value);
    if (gradient === undefined) {
      const name = value.node.attributes.name ?? value.node.operation.name;
      throw new GraphError(`the loss does not depend on "${String(name)}"`);
    }
    return gradient;
  });
}

/** Nodes up to `last` whose outputs depend on one of the values, and those values' own nodes. */
function dependents(graph: Graph, values: readonly Value[], last: number): Set<Node> {
  const found = new Set(values.map((value) => value.node));
  for (const node of graph.nodes.slice(0, last + 1)) {
    if (node.inputs.some((input) => found.has(input.node))) found.add(node);
  }
  return found;
}

function propagate(node: Node, needed: Set<Node>, known: Map<Value, Value>): void {
  if (node.inputs.length === 0) return;
  const outputGradients = node.outputs.map((output) => known.get(output) ?? null);
  const wants = node.inputs.map((input) => needed.has(input.node) && input.dtype === "float32");
  const { operation, inputs, outputs, attributes } = node;
  if (operation.gradient === undefined) {
    if (operation.expand === undefined) throw new GraphError(`${operation.name} has no gradient`);
    propagateThroughExpansion(node, wants, known);
    return;
  }
  const results = operation.gradient({
    inputs,
    outputs,
    attributes,
    outputGradients,
    needed: wants,
  });
  for (const [position, gradient] of results.entries()) {
    if (gradient !== null && wants[position]) accumulate(known, inputs[position]!, gradient);
  }
}

/** Differentiates a composite by what it means, where it has no rule of its own. */
function propagateThroughExpansion(
  node: Node,
  wants: readonly boolean[],
  known: Map<Value, Value>,
): void {
  const { added, outputs } = expandNode(node);
  const reached = new Set(node.inputs.filter((_, i) => wants[i]).map((input) => input.node));
  for (const inner of added) {
    if (inner.inputs.some((input) => reached.has(input.node))) reached.add(inner);
  }
  for (const [index, output] of node.outputs.entries()) {
    const gradient = known.get(output);
    if (gradient !== undefined) accumulate(known, outputs[index]!, gradient);
  }
  for (const inner of added.reverse()) {
    const has = inner.outputs.some((output) => known.has(output));
    if (has && reached.has(inner)) propagate(inner, reached, known);
  }
}

function accumulate(known: Map<Value, Value>, value: Value, gradient: Value): void {
  const before = known.get(value);
  known.set(value, before === undefined ? gradient : add(before, gradient));
}
