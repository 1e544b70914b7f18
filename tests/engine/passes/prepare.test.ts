/** Preparing a graph: composites, dead code, constants, common subexpressions, and whole decoders' parts. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { Graph, gradients, isConstant, isInput, ops } from "../../../engine/index.ts";
import { evaluate, expandComposites, prepare } from "../../../engine/passes/index.ts";
import { smallDecoder, smallDecoderFeeds } from "../small-decoder.ts";

const names = (graph: Graph) =>
  graph.nodes
    .filter((node) => !isInput(node) && !isConstant(node))
    .map((node) => node.operation.name);

test("composites become primitives, except those that the engine runs", () => {
  const graph = new Graph();
  const x = graph.input("x", [2, 4]);
  graph.output("out", ops.gelu(ops.softmax(x)));
  assert.equal(names(prepare(graph, { lowers: new Set(["gelu"]) })).at(-1), "gelu");
  const all = prepare(graph);
  assert.ok(all.nodes.every((node) => node.operation.expand === undefined));
});

test("what no output needs goes; inputs stay, for the caller feeds them", () => {
  const graph = new Graph();
  const [x, y] = [graph.input("x", [2]), graph.input("y", [2])];
  ops.exp(y);
  graph.output("out", ops.tanh(x));
  const prepared = prepare(graph);
  assert.equal(names(prepared), ["tanh"]);
  assert.equal([...prepared.inputs.keys()], ["x", "y"]);
});

test("equal work is done once, whatever the order of a sum's operands", () => {
  const graph = new Graph();
  const [x, y] = [graph.input("x", [2]), graph.input("y", [2])];
  graph.output("a", ops.exp(ops.add(x, y)));
  graph.output("b", ops.exp(ops.add(y, x)));
  graph.output("c", ops.exp(ops.subtract(x, y)));
  graph.output("d", ops.exp(ops.subtract(y, x)));
  assert.equal(names(prepare(graph)), ["add", "exp", "subtract", "exp", "subtract", "exp"]);
});

test("constants are one when type, shape and bits agree", () => {
  const graph = new Graph();
  const x = graph.input("x", [2]);
  const constant = (data: readonly number[], shape: readonly number[]) =>
    graph.constant(Float32Array.from(data), shape, "float32");
  const all = [
    constant([1, 2], [2]),
    constant([1, 2], [2]),
    constant([1, 2], [2, 1]),
    constant([1, 3], [2]),
    constant([0, 2], [2]),
    constant([-0, 2], [2]),
  ];
  for (const [i, value] of all.entries()) graph.output(`${i}`, ops.add(x, value));
  assert.is(prepare(graph).nodes.filter(isConstant).length, 5);
});

test("attributes tell operations apart", () => {
  const graph = new Graph();
  const x = graph.input("x", [2, 3]);
  graph.output("a", ops.sum(x, [0]));
  graph.output("b", ops.sum(x, [1]));
  graph.output("c", ops.sum(x, [1], true));
  graph.output("d", ops.sum(x, [1]));
  assert.is(names(prepare(graph)).length, 3);
});

test("small constants are computed now", () => {
  const graph = new Graph();
  const x = graph.input("x", []);
  const half = ops.divide(graph.scalar(1), graph.scalar(2));
  graph.output("out", ops.multiply(x, ops.sqrt(ops.multiply(half, half))));
  const prepared = prepare(graph);
  assert.equal(names(prepared), ["multiply"]);
  assert.is(evaluate(prepared, { x: Float32Array.of(6) }).out![0], 3);
});

test("the loss's gradient 1 leaves no trace", () => {
  const graph = new Graph();
  const x = graph.input("x", [3, 5]);
  graph.output("dx", gradients(ops.sum(ops.square(x)), [x])[0]!);
  assert.equal(names(prepare(graph)), ["add"]);
});

test("a decoder's loss and gradients stay what they are", () => {
  const graph = smallDecoder();
  const feeds = smallDecoderFeeds(graph);
  const plain = prepare(graph, { lowers: new Set() });
  const before = evaluate(expandComposites(graph), feeds);
  const after = evaluate(plain, feeds);
  for (const [name, expected] of Object.entries(before)) {
    for (const [i, element] of after[name]!.entries()) {
      assert.ok(
        Math.abs(element - expected[i]!) < 1e-6,
        `${name}[${i}]: ${element}, ${expected[i]}`,
      );
    }
  }
  assert.ok(plain.nodes.length < 0.8 * expandComposites(graph).nodes.length);
});

test("preparing twice changes nothing", () => {
  const once = prepare(smallDecoder());
  assert.is(prepare(once).nodes.length, once.nodes.length);
});

test.run();
