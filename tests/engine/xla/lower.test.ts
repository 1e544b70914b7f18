/** What a graph says to XLA: needs no plug-in. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { Graph, ops, type Precision } from "../../../engine/index.ts";
import { lowerModule } from "../../../engine/xla/lower/index.ts";

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

test.run();
