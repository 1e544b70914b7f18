/** What a graph costs, counted before it runs. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { flops, memoryPlan } from "../../../engine/analysis/index.ts";
import { Graph, gradients, ops } from "../../../engine/index.ts";

test("a product counts two operations for each multiply-add, forward and backward", () => {
  const graph = new Graph();
  const x = graph.input("x", [2, 3, 8]);
  const weight = graph.input("weight", [5, 8]);
  const bias = graph.input("bias", [5]);
  const y = ops.linear(x, weight, bias);
  graph.output("y", y);
  const forward = flops(graph);
  assert.is(forward.products, 2 * 6 * 8 * 5);
  assert.equal(
    [...forward.byOperation],
    [
      ["matmul", 480],
      ["add", 30],
    ],
  );
  assert.is(forward.total, 510);
  const [ofWeight] = gradients(ops.sum(y), [weight]);
  graph.output("gradient", ofWeight!);
  assert.is(flops(graph).products, 2 * 480);
});

test("a frozen weight costs no gradient", () => {
  const count = (trained: readonly ("a" | "b")[]) => {
    const graph = new Graph();
    const x = graph.input("x", [4, 4]);
    const weights = { a: graph.input("a", [4, 4]), b: graph.input("b", [4, 4]) };
    const loss = ops.sum(ops.linear(ops.linear(x, weights.a), weights.b));
    const results = gradients(
      loss,
      trained.map((name) => weights[name]),
    );
    for (const [i, value] of results.entries()) graph.output(`${i}`, value);
    return flops(graph).products / 128;
  };
  // The second product of the forward pass is not counted: no gradient needs it.
  assert.is(count(["a"]), 2);
  assert.is(count(["b"]), 2);
  assert.is(count(["a", "b"]), 4);
});

test("causal attention in blocks does little more than half of the products", () => {
  const products = (blockSize: number) => {
    const graph = new Graph();
    const x = graph.input("x", [1, 2, 64, 8]);
    graph.output("y", ops.causalAttention({ query: x, key: x, value: x, blockSize }));
    return flops(graph).products;
  };
  assert.is(products(64), 2 * 2 * 2 * 64 * 64 * 8);
  assert.is(products(8), products(64) * (9 / 16));
});

test("memory: inputs, outputs and constants apart, intermediates until their last use", () => {
  const graph = new Graph();
  const x = graph.input("x", [10]);
  const a = ops.exp(x);
  const b = ops.tanh(ops.reshape(a, [2, 5]));
  const c = ops.sum(ops.concat([b, b, b], 0));
  graph.output("c", c);
  graph.output("constant", ops.add(x, graph.constant(new Float32Array(10), [10], "float32")));
  const plan = memoryPlan(graph);
  assert.is(plan.inputBytes, 40);
  assert.is(plan.outputBytes, 4 + 40);
  assert.is(plan.constantBytes, 40);
  // tanh writes over the memory of exp, of which the reshape is a view; then comes three times as much.
  assert.is(plan.peakBytes, 40 + 120);
  assert.is(plan.peakNode!.operation.name, "concat");
});

test.run();
