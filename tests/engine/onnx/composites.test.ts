/** Composites that ONNX Runtime has kernels for: the lowering agrees with the expansion. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { Graph, ops, type Value } from "../../../engine/index.ts";
import { assertAgrees, assertClose, type Build, noise, onnx, runOn } from "./support.ts";

const wide = noise([3, 40], 1);
const gain = noise([40], 2);
const bias = noise([40], 3);
const large = { shape: [40], data: Float32Array.from({ length: 40 }, (_, i) => (i - 20) * 20) };

const activations = { gelu: ops.gelu, geluNew: ops.geluNew, silu: ops.silu };

for (const [name, operation] of Object.entries(activations)) {
  test(`${name}, for small and large numbers`, () => {
    assertAgrees(operation as Build, [wide], 2e-6);
    assertAgrees(operation as Build, [large], 2e-6);
  });
}

test("layerNorm, with a bias and without", () => {
  assertAgrees((x, g, b) => ops.layerNorm(x!, g!, b!, 1e-5), [wide, gain, bias]);
  assertAgrees((x, g) => ops.layerNorm(x!, g!, null, 1e-5), [noise([2, 3, 40], 4), gain]);
});

test("layerNorm's and rmsNorm's further outputs: their gradients need them", () => {
  const all = (value: Value) => value.node.outputs;
  assertAgrees((x, g, b) => all(ops.layerNorm(x!, g!, b!, 1e-5)), [wide, gain, bias]);
  assertAgrees((x, g) => all(ops.rmsNorm(x!, g!, 1e-6)), [noise([2, 3, 40], 5), gain]);
});

test("softmax of rows of any length and size", () => {
  for (const shape of [[5], [3, 1], [2, 3, 17], [4, 128]]) {
    assertAgrees((x) => ops.softmax(x!), [noise(shape, 6)], 1e-6);
  }
  assertAgrees((x) => ops.softmax(x!), [large], 1e-6);
  assertAgrees((x) => ops.softmax(x!, 0), [wide], 1e-6);
});

test("softmax with keys out of sight", () => {
  const scores = { shape: [2, 4], data: [1, -1e30, 2, -Infinity, -1e30, 0, -1e30, -1e30] };
  assertAgrees((x) => ops.softmax(x!), [scores], 1e-6);
});

test("logSumExp, however far apart the numbers are", () => {
  const apart = { shape: [3, 3], data: [-1e30, 5, 1, 1000, 1001, 999, -1000, -1000, -1000] };
  assertAgrees((x) => ops.logSumExp(x!), [wide], 1e-6);
  assertAgrees((x) => ops.logSumExp(x!), [large], 1e-6);
  assertAgrees((x) => ops.logSumExp(x!), [apart], 1e-6);
});

test("the sum of squares and the global norm", () => {
  assertAgrees((x, y) => ops.globalNorm([x!, y!]), [wide, gain]);
  const ones = { shape: [3_000_000], data: new Float32Array(3_000_000).fill(1) };
  assertClose(
    runOn(onnx, (x) => ops.sumOfSquares(x!), [ones]),
    [Float32Array.of(3_000_000)],
    1e-6,
  );
});

test("rotary positions: tables for all sequences or for each, whole and partly turned vectors", () => {
  const tables = (...shape: number[]) => [noise(shape, 7), noise(shape, 8)];
  for (const width of [16, 64]) {
    const x = noise([2, 3, 5, width], 9);
    for (const half of [width / 2, width / 4]) {
      assertAgrees(ops.rope, [x, ...tables(5, half)]);
      assertAgrees(ops.rope, [x, ...tables(2, 1, 5, half)]);
      assertAgrees(ops.rope, [x, ...tables(1, 1, 5, half)]);
    }
  }
  assertAgrees(ops.rope, [noise([1, 1, 3, 6], 10), ...tables(3, 3)]);
  assertAgrees(ops.rope, [noise([2, 1, 3, 7], 11), ...tables(3, 2)]);
});

test("each is one node of the model", () => {
  for (const operation of Object.values(activations)) {
    const graph = new Graph();
    graph.output("y", operation(graph.input("x", [8])));
    const program = onnx.compile(graph);
    assert.is(program.operations, 1);
    program.dispose();
  }
});

test.run();
