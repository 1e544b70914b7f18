/** Products with stored matrices: gradients by finite differences, and what is refused. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  encodeBfloat16,
  Graph,
  GraphError,
  gradients,
  ops,
  startEngine,
} from "../../../src/engine/index.ts";
import { checkGradients, randomFloats, randomInput, weightedSum } from "../finite-differences.ts";

const { engine } = await startEngine("onnx", { threads: 1 });
const [rows, columns, block] = [6, 64, 32];

function matrixIn(graph: Graph, format: ops.StoredFormat): ops.StoredMatrix {
  if (format === "bfloat16") {
    const bits = encodeBfloat16(randomFloats(rows * columns, 1));
    return { format, codes: graph.constant(bits, [rows, columns], "bfloat16"), scales: null };
  }
  const blocks = columns / block;
  const bytes = format === "int8" ? block : block / 2;
  const codes = Uint8Array.from(randomFloats(rows * blocks * bytes, 2, [0, 256]));
  const scales = randomFloats(rows * blocks, 3, [0.01, 0.1]);
  return {
    format,
    codes: graph.constant(codes, [rows, blocks, bytes], "uint8"),
    scales: graph.constant(scales, [rows, blocks], "float32"),
  };
}

for (const format of ops.storedFormats) {
  for (const transpose of [true, false]) {
    test(`the gradient through ${format}${transpose ? ", transposed," : ""} is that of finite differences`, () => {
      const x = randomInput([3, transpose ? columns : rows], 4);
      checkGradients(
        engine,
        (graph, { x }) =>
          weightedSum(ops.tanh(ops.storedMatmul(x!, matrixIn(graph, format), { transpose }))),
        { x },
      );
    });
  }
}

test("a stored matrix has no gradient of its own", () => {
  const graph = new Graph();
  const scales = graph.input("scales", [rows, columns / block]);
  const codes = graph.input("codes", [rows, columns / block, block], "uint8");
  const x = graph.input("x", [2, columns]);
  const y = ops.storedMatmul(x, { format: "int8", codes, scales }, { transpose: true });
  assert.throws(
    () => gradients(ops.sum(y), [scales]),
    (error: Error) => error instanceof GraphError && /is not trained/.test(error.message),
  );
});

test("codes and scales that do not fit are refused with their types", () => {
  const graph = new Graph();
  const x = graph.input("x", [2, columns]);
  const codes = graph.input("codes", [rows, 2, 16], "uint8");
  const scales = graph.input("scales", [rows, 3]);
  assert.throws(
    () => ops.storedMatmul(x, { format: "nf4", codes, scales }, { transpose: true }),
    /no matrix is kept as nf4 in uint8\[6, 2, 16\], float32\[6, 3\]/,
  );
  const bits = graph.input("bits", [rows, 5], "bfloat16");
  assert.throws(
    () =>
      ops.storedMatmul(x, { format: "bfloat16", codes: bits, scales: null }, { transpose: true }),
    /needs float32\[n, 5\] for a matrix \[6, 5\]ᵀ, got float32\[2, 64\]/,
  );
});

test.run();
