/** Graphs made of graphs. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { printGraph } from "../../../engine/analysis/index.ts";
import { Graph, GraphCopier, GraphError, ops } from "../../../engine/index.ts";

function source(): Graph {
  const graph = new Graph();
  const x = graph.input("x", [2, 3]);
  graph.input("unread", [4], "int32");
  const scaled = graph.scope("layers.0", () => ops.multiply(x, 2));
  graph.output("sum", ops.sum(scaled, [0]));
  graph.output("same", x);
  return graph;
}

test("a plain copy is the same graph: inputs that nothing reads, scopes and outputs too", () => {
  const graph = source();
  const copier = new GraphCopier();
  copier.inputs(graph);
  for (const node of graph.nodes)
    if (node.inputs.length > 0) copier.copy(node);
    else if (node.operation.name === "constant") copier.constant(node.outputs[0]!);
  copier.outputs(graph);
  // Inputs come first in a copy.
  const lines = (each: Graph) => printGraph(each).split("\n").length;
  assert.is(lines(copier.target), lines(graph));
  assert.equal([...copier.target.inputs.keys()], ["x", "unread"]);
  assert.equal([...copier.target.outputs.keys()], ["sum", "same"]);
  assert.ok(copier.target.nodes.some(({ scope }) => scope === "layers.0"));
  assert.ok(copier.target.nodes.every((node) => node.graph === copier.target));
});

test("a value that has not been copied is named", () => {
  const graph = source();
  const copier = new GraphCopier();
  assert.not.ok(copier.has(graph.inputs.get("x")!));
  assert.throws(
    () => copier.image(graph.inputs.get("x")!),
    (error: unknown) => error instanceof GraphError && /input float32\[2, 3\]/.test(error.message),
  );
});

test("two copiers of one target keep two images of a value apart", () => {
  const graph = source();
  const first = new GraphCopier();
  const second = new GraphCopier(first.target);
  const x = graph.inputs.get("x")!;
  assert.is(first.input(x), first.image(x));
  assert.is(second.input(x, "again", [6]).graph, first.target);
  assert.equal(second.image(x).shape, [6]);
  assert.equal(first.image(x).shape, [2, 3]);
});

test.run();
