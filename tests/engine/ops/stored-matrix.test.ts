/** Products with quantized matrices: gradients by finite differences, and what is refused. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  encodeBfloat16,
  Graph,
  GraphError,
  gradients,
  ops,
  startEngine,
  type Value,
} from "../../../engine/index.ts";
import {
  checkGradients,
  randomFloats,
  randomInput,
  runGraph,
  weightedSum,
} from "../finite-differences.ts";

const { engine } = await startEngine("onnx", { threads: 1 });
const [rows, columns, block] = [6, 64, 32];

function matrixIn(graph: Graph, format: ops.QuantizedFormat): ops.QuantizedMatrix {
  if (format === "bfloat16") {
    const bits = encodeBfloat16(randomFloats(rows * columns, 1));
    return { format, codes: graph.constant(bits, [rows, columns], "bfloat16"), scales: null };
  }
  const blocks = columns / block;
  const bytes = format === "int8" ? block : block / 2;
  const codes = Uint8Array.from(randomFloats(rows * blocks * bytes, 2, [0, 256]));
  if (format === "nf4-double") {
    const scaleCodes = Uint8Array.from(randomFloats(rows * blocks, 3, [0, 256]));
    return {
      format,
      codes: graph.constant(codes, [rows, blocks, bytes], "uint8"),
      scales: graph.constant(scaleCodes, [rows, blocks], "uint8"),
      scalesOfScales: graph.constant(Float32Array.of(0.05, 0.04), [2], "float32"),
    };
  }
  const scales = randomFloats(rows * blocks, 3, [0.01, 0.1]);
  return {
    format,
    codes: graph.constant(codes, [rows, blocks, bytes], "uint8"),
    scales: graph.constant(scales, [rows, blocks], "float32"),
  };
}

for (const format of ops.quantizedFormats) {
  for (const transpose of [true, false]) {
    test(`the gradient through ${format}${transpose ? ", transposed," : ""} is that of finite differences`, () => {
      const x = randomInput([3, transpose ? columns : rows], 4);
      checkGradients(
        engine,
        (graph, { x }) =>
          weightedSum(ops.tanh(ops.quantizedMatmul(x!, matrixIn(graph, format), { transpose }))),
        { x },
      );
    });
  }
}

const engines = [engine, (await startEngine("reference")).engine];
for (const each of engines) {
  // Two groups of 256 scales, and two with a third that is not full.
  for (const rows of [256, 301]) {
    test(`${each.name}: nf4-double of ${rows} rows multiplies as the numbers that it stands for`, () => {
      const graph = new Graph();
      const blocks = columns / block;
      const groups = Math.ceil((rows * blocks) / ops.scaleGroup);
      const codes = Uint8Array.from(randomFloats((rows * columns) / 2, 2, [0, 256]));
      const scaleCodes = Uint8Array.from(randomFloats(rows * blocks, 3, [0, 256]));
      const outer = Float32Array.of(0.05, ...randomFloats(groups, 5, [0.01, 0.04]));
      const matrix: ops.QuantizedMatrix = {
        format: "nf4-double",
        codes: graph.constant(codes, [rows, blocks, block / 2], "uint8"),
        scales: graph.constant(scaleCodes, [rows, blocks], "uint8"),
        scalesOfScales: graph.constant(outer, [1 + groups], "float32"),
      };
      const numbers = Float32Array.from({ length: rows * columns }, (_, i) => {
        const scale = Math.floor(i / block);
        const unit = outer[1 + Math.floor(scale / 256)]!;
        const code = i % 2 === 0 ? codes[i >> 1]! >> 4 : codes[i >> 1]! & 15;
        return ops.normalFloat4[code]! * (outer[0]! + ops.dynamicCodes[scaleCodes[scale]!]! * unit);
      });
      const plain = graph.constant(numbers, [rows, columns], "float32");
      const [x, y] = [graph.input("x", [3, columns]), graph.input("y", [3, rows])];
      const far = (found: Value, expected: Value) => ops.absolute(ops.subtract(found, expected));
      graph.output(
        "byColumns",
        far(
          ops.quantizedMatmul(x, matrix, { transpose: true }),
          ops.matmul(x, plain, { transposeB: true }),
        ),
      );
      graph.output("byRows", far(ops.quantizedMatmul(y, matrix), ops.matmul(y, plain)));
      graph.output("whole", far(ops.dequantize(matrix), plain));
      const found = runGraph(each, graph, {
        x: randomFloats(3 * columns, 6),
        y: randomFloats(3 * rows, 7),
      });
      for (const [name, values] of Object.entries(found)) {
        assert.ok(Math.max(...(values as Float32Array)) < 1e-5, name);
      }
    });
  }
}

test("a stored matrix has no gradient of its own", () => {
  const graph = new Graph();
  const scales = graph.input("scales", [rows, columns / block]);
  const codes = graph.input("codes", [rows, columns / block, block], "uint8");
  const x = graph.input("x", [2, columns]);
  const y = ops.quantizedMatmul(x, { format: "int8", codes, scales }, { transpose: true });
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
    () => ops.quantizedMatmul(x, { format: "nf4", codes, scales }, { transpose: true }),
    /no matrix is kept as nf4 in uint8\[6, 2, 16\], float32\[6, 3\]/,
  );
  const bits = graph.input("bits", [rows, 5], "bfloat16");
  assert.throws(
    () =>
      ops.quantizedMatmul(
        x,
        { format: "bfloat16", codes: bits, scales: null },
        { transpose: true },
      ),
    /needs float32\[n, 5\] for a matrix \[6, 5\]ᵀ, got float32\[2, 64\]/,
  );
});

test("scales of a byte are refused without what they are measured by", () => {
  const graph = new Graph();
  const x = graph.input("x", [2, columns]);
  const codes = graph.input("codes", [rows, 2, 16], "uint8");
  const scales = graph.input("scales", [rows, 2], "uint8");
  const matrix = { format: "nf4-double", codes, scales } as const;
  assert.throws(
    () => ops.quantizedMatmul(x, matrix, { transpose: true }),
    /nf4-double: needs float32\[2\] for scales of scales, got none/,
  );
  const scalesOfScales = graph.input("outer", [3]);
  assert.throws(
    () => ops.dequantize({ ...matrix, scalesOfScales }),
    /needs float32\[2\] for scales of scales, got float32\[3\]/,
  );
  assert.throws(
    () => ops.quantizedEmbedding(matrix, graph.input("ids", [1], "int32")),
    /rows of nf4-double are not read one by one/,
  );
});

test.run();
