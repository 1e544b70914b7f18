/** Gradient checkpointing: the same numbers, more work, less memory. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { flops, memoryPlan } from "../../../engine/analysis/index.ts";
import { Graph, gradients, type Node, ops } from "../../../engine/index.ts";
import { checkpoint, evaluate, expandComposites, prepare } from "../../../engine/passes/index.ts";
import { smallDecoder, smallDecoderFeeds } from "../small-decoder.ts";

test("loss and gradients are the same to the last bit", () => {
  const graph = smallDecoder();
  const feeds = smallDecoderFeeds(graph);
  const before = evaluate(expandComposites(graph), feeds);
  const after = evaluate(expandComposites(checkpoint(graph)), feeds);
  assert.equal(after, before);
});

test("preparation does not share what was to be computed again", () => {
  const graph = smallDecoder();
  const plain = flops(prepare(graph)).products;
  const again = flops(prepare(checkpoint(graph))).products;
  assert.ok(again > 1.1 * plain && again < 1.4 * plain, `${again / plain} times the work`);
});

/** Layers of a wide function, each of which keeps much for its gradient. */
function deep(layers: number): Graph {
  const graph = new Graph();
  const x = graph.input("x", [64, 64]);
  let y = x;
  for (let layer = 0; layer < layers; layer++) {
    y = graph.scope(`layers.${layer}`, () => {
      const wide = ops.concat([ops.tanh(y), ops.sigmoid(y), ops.sine(y), ops.cosine(y)], 1);
      return ops.sum(ops.reshape(ops.multiply(wide, ops.exp(wide)), [64, 4, 64]), [1]);
    });
  }
  graph.output("gradient", gradients(ops.sum(y), [x])[0]!);
  return graph;
}

test("only the segments' inputs and one segment are alive at once", () => {
  const tensor = 64 * 64 * 4;
  const growth = (pass: (graph: Graph) => Graph) =>
    (memoryPlan(pass(deep(12))).peakBytes - memoryPlan(pass(deep(6))).peakBytes) / 6 / tensor;
  assert.ok(growth((graph) => graph) >= 8);
  assert.is(
    growth((graph) => checkpoint(graph)),
    1,
  );
});

test("segments may be chosen: here attention alone, whose weights are then not kept", () => {
  const graph = smallDecoder();
  const segmentOf = (node: Node) =>
    node.operation.name === "causalAttention" ? `attention ${node.id}` : null;
  const again = prepare(checkpoint(graph, { segmentOf }));
  const [products, before] = [flops(again).products, flops(prepare(graph)).products];
  assert.ok(products > before && products < 1.1 * before);
});

test("a segment waits until the gradients of the one after it are there, however an engine orders", () => {
  const prepared = prepare(checkpoint(smallDecoder()));
  const awaited = [...prepared.outputs]
    .filter(([name]) => /^gradient of (gate|up|down|out|query|key|value) 1/.test(name))
    .map(([, value]) => value.node);
  assert.is(awaited.length, 14);
  const again = prepared.nodes.filter((node) =>
    node.scope.startsWith("recompute(layers.0)/layers.0"),
  );
  const products = again.filter((node) => node.operation.name === "matmul");
  assert.ok(products.length > 5);
  for (const product of products) {
    const before = ancestors(product);
    assert.ok(awaited.every((node) => before.has(node)));
  }
});

function ancestors(node: Node): Set<Node> {
  const found = new Set<Node>([node]);
  for (const each of found) for (const input of each.inputs) found.add(input.node);
  return found;
}

test.run();
