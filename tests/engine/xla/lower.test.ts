/** What a graph says to XLA: needs no plug-in. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { Graph, gradients, ops, type Precision } from "../../../engine/index.ts";
import { prepare } from "../../../engine/passes/index.ts";
import { attentionOn } from "../../../engine/xla/lower/attention/blocks.ts";
import { lowerModule, lowersWith } from "../../../engine/xla/lower/index.ts";

function productIn(precision: Precision): string {
  const graph = new Graph();
  const [x, y] = [graph.input("x", [4, 8]), graph.input("y", [8, 2])];
  graph.output("product", ops.matmul(x, y));
  const mesh = { data: 1, model: 1, sharded: false };
  return lowerModule(graph, { precision, donate: {}, mesh }).text;
}

test("float32 is float32 on cards, too, and bfloat16 is left to their tensor cores", () => {
  const exact =
    /dot_general.*precision_config = \[#stablehlo<precision HIGHEST>, #stablehlo<precision HIGHEST>\]/;
  assert.match(productIn("float32"), exact);
  assert.not.match(productIn("bfloat16"), /precision_config/);
  assert.match(productIn("bfloat16"), /bf16/);
});

test("tf32 leaves tensors as they are and lets a card round the factors", () => {
  const rounded =
    /dot_general.*precision_config = \[#stablehlo<precision HIGH>, #stablehlo<precision HIGH>\]/;
  assert.match(productIn("tf32"), rounded);
  assert.is(productIn("tf32").replaceAll("HIGH>", "HIGHEST>"), productIn("float32"));
});

/** Of a head over 40 rows and its gradients. */
function operationsOfHead(chunks: number, data = 1): number {
  const graph = new Graph();
  const [hidden, weight] = [graph.input("hidden", [40, 8]), graph.input("weight", [16, 8])];
  const targets = graph.input("targets", [40], "int32");
  const { lossSum } = ops.linearCrossEntropy(hidden, weight, targets, { chunks });
  graph.output("loss", lossSum);
  for (const [i, each] of gradients(lossSum, [hidden, weight]).entries()) {
    graph.output(`gradient ${i}`, each);
  }
  const how = { precision: "float32", mesh: { data, model: 1, sharded: false } } as const;
  const prepared = prepare(graph, { lowers: lowersWith(how) });
  return lowerModule(prepared, { ...how, donate: {} }).operations;
}

test("a head in many parts is no more operations than one in few, on a mesh, too", () => {
  assert.is(operationsOfHead(20), operationsOfHead(2));
  assert.ok(operationsOfHead(20) < 2 * operationsOfHead(1), `${operationsOfHead(20)}`);
  assert.ok(operationsOfHead(20, 2) < 2 * operationsOfHead(1), `${operationsOfHead(20, 2)}`);
});

test("a way of attention that there is not is refused", () => {
  const saved = process.env.PATHLOOM_XLA_ATTENTION;
  process.env.PATHLOOM_XLA_ATTENTION = "flash";
  assert.throws(
    () => attentionOn("cuda"),
    /PATHLOOM_XLA_ATTENTION is blocks or fused, not "flash"/,
  );
  process.env.PATHLOOM_XLA_ATTENTION = "fused";
  assert.is(attentionOn("cuda").fused, true);
  if (saved === undefined) delete process.env.PATHLOOM_XLA_ATTENTION;
  else process.env.PATHLOOM_XLA_ATTENTION = saved;
});

test.run();
