/** Reshapes are made of what holds the elements, once, and only where something reads them so. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { Graph, ops } from "../../../engine/index.ts";
import { lowerGraph } from "../../../engine/onnx/lower/index.ts";
import { lowers } from "../../../engine/onnx/lower/lowerings/index.ts";
import { prepare } from "../../../engine/passes/index.ts";
import { type DecodingShape, decodingGraph, parameterSpecs } from "../../../models/index.ts";
import { llamaLike, wide } from "../../models/configs.ts";
import { assertClose, type Build, noise, onnx, reference, runOn } from "./support.ts";

/** Reshapes in a step of generation with packed matrices. */
function reshapesOf(layers: number, shape: DecodingShape): number {
  const config = { ...wide(llamaLike, 64), layers };
  const matrices = parameterSpecs(config).filter((spec) => spec.shape.length === 2);
  const { nodes } = lowerGraph(prepare(decodingGraph(config, shape), { lowers }), "step", {
    constants: new Set(matrices.map(({ name }) => name)),
  });
  return nodes.filter(({ operation }) => operation === "Reshape").length;
}

test("a step of generation has as many reshapes with many layers as with few", () => {
  const step = { batch: 3, sequenceLength: 1, capacity: 16 };
  const few = reshapesOf(2, step);
  assert.ok(few < 10, `${few} reshapes`);
  assert.is(reshapesOf(6, step), few);
});

test("a view of a view is one of the source, and what has the shape already is none", () => {
  const build: Build = (x) => {
    const flat = ops.reshape(ops.exp(x!), [24]);
    const again = ops.reshape(ops.add(flat, 1), [2, 12]);
    return [ops.reshape(again, [24]), ops.multiply(again, 2), ops.reshape(x!, [3, 8])];
  };
  const operands = [noise([2, 3, 4], 1)];
  assertClose(runOn(onnx, build, operands), runOn(reference, build, operands), 1e-6);
});

test("products by packed matrices are those of the rows, however the rows lie", () => {
  const graph = new Graph();
  const x = graph.input("x", [3, 1, 8]);
  const weight = graph.input("weight", [5, 8]);
  const rows = ops.linear(x, weight);
  graph.output("rows", rows);
  graph.output("heads", ops.reshape(ops.add(rows, 1), [3, 5, 1, 1]));
  const [left, right] = [noise([3, 1, 8], 1), noise([5, 8], 2)];
  const run = (constants: boolean) => {
    const buffers = {
      x: onnx.buffer(x.type, Float32Array.from(left.data)),
      weight: onnx.buffer(weight.type, Float32Array.from(right.data)),
    };
    const outputs = {
      rows: onnx.buffer({ dtype: "float32", shape: [3, 1, 5] }),
      heads: onnx.buffer({ dtype: "float32", shape: [3, 5, 1, 1] }),
    };
    const program = onnx.compile(graph, constants ? { constants: { weight: buffers.weight } } : {});
    program.run(buffers, outputs);
    const results = Object.values(outputs).map((each) => each.read().slice());
    program.dispose();
    for (const each of [...Object.values(buffers), ...Object.values(outputs)]) each.dispose();
    return results;
  };
  assertClose(run(true), run(false), 1e-6);
});

test.after(() => onnx.dispose());
test.run();
