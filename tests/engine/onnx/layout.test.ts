/** Products of large matrices are computed in the runtime's layout for pictures, where that gains. */

import { test } from "uvu";
import * as assert from "uvu/assert";
import { Graph, gradients, type Node, ops, type Shape, type Value } from "../../../engine/index.ts";
import { lowers } from "../../../engine/onnx/lower/lowerings/index.ts";
import { blockableProduct } from "../../../engine/onnx/optimise/layout/blockable.ts";
import { withBlockedProducts } from "../../../engine/onnx/optimise/layout/index.ts";
import { fromBlocks, toBlocks } from "../../../engine/onnx/optimise/layout/operations.ts";
import { blockProducts as blockChosen } from "../../../engine/onnx/optimise/layout/rewrite.ts";
import { workingOperators } from "../../../engine/onnx/private-operators/index.ts";
import { ortEnvironment } from "../../../engine/onnx/runtime/index.ts";
import { tuningFor } from "../../../engine/onnx/tuning.ts";
import { prepare } from "../../../engine/passes/index.ts";
import { skipTests } from "../../testing/skip.ts";
import {
  assertAgrees,
  assertClose,
  type Build,
  graphOf,
  noise,
  onnx,
  reference,
  runOn,
} from "./support.ts";

const [rows, width, inner] = [192, 64, 128];
const layoutSizes = tuningFor(2).layout;

const blockProducts = (graph: Graph, isChosen: (node: Node) => boolean): Graph =>
  blockChosen(graph, layoutSizes.smallestSide, isChosen);

const named = (graph: Graph, name: string): Node[] =>
  graph.nodes.filter(({ operation }) => operation.name === name);

/** A feed-forward layer, the loss's gradient by all of it, and the shapes of what it takes. */
const layerShapes = (count: number, narrow: number, wide: number): readonly Shape[] => [
  [2, count / 2, narrow],
  [wide, narrow],
  [wide],
  [narrow, wide],
  [narrow],
  [2, count / 2, narrow],
];
const layer: Build = (x, up, upBias, down, downBias, weights) => {
  const hidden = ops.geluNew(ops.linear(x!, up!, upBias!));
  const y = ops.add(ops.linear(hidden, down!, downBias!), x!);
  const loss = ops.sum(ops.multiply(y, weights!));
  return [y, ...gradients(loss, [x!, up!, upBias!, down!, downBias!])];
};

/** Elsewhere products stay as they are, and nothing here can be run. */
const runs = workingOperators(ortEnvironment(2)).has("nchwc");
if (!runs) skipTests("the runtime's kernels for pictures do not multiply on this processor");
const testNumbers: (name: string, run: () => void) => void = runs ? test : () => {};

testNumbers("a matrix, or its transpose, comes back from blocks as it was", () => {
  for (const [height, columns] of [
    [16, 48],
    [32, 16],
  ] as const) {
    const matrix = noise([height, columns]);
    const turned = noise([columns, height]);
    const build: Build = (a, b) => [
      fromBlocks(toBlocks(a!, false), false),
      fromBlocks(toBlocks(b!, true), true),
      fromBlocks(toBlocks(a!, false), true),
      ops.transpose(a!, [1, 0]),
    ];
    const [same, other, transposed, expected] = runOn(onnx, build, [matrix, turned]);
    assert.equal(Array.from(same!), Array.from(Float32Array.from(matrix.data)));
    assert.equal(Array.from(other!), Array.from(Float32Array.from(turned.data)));
    assert.equal(transposed, expected);
  }
});

testNumbers("a layer and its gradients in blocks are what they are without", () => {
  const shapes = layerShapes(rows, width, inner);
  const operands = shapes.map((shape, i) => noise(shape, i + 1));
  const graph = blockProducts(graphOf(layer, shapes), () => true);
  assert.is(named(graph, "matmul").length, 0, "all of the products are blocked");
  assertClose(runGraph(graph, operands), runOn(reference, layer, operands), 5e-4);
});

/** The outputs of a graph that has passed the rewriting already. */
function runGraph(graph: Graph, operands: readonly ReturnType<typeof noise>[]) {
  const program = onnx.compile(graph, { name: "blocked" });
  const fed = operands.map(({ shape, data }) =>
    onnx.buffer({ shape, dtype: "float32" }, Float32Array.from(data)),
  );
  const results = [...graph.outputs].map(
    ([name, value]) => [name, onnx.buffer(value.type)] as const,
  );
  program.run(
    Object.fromEntries(fed.map((buffer, i) => [`x${i}`, buffer])),
    Object.fromEntries(results),
  );
  const read = results.map(([, buffer]) => buffer.read().slice());
  program.dispose();
  for (const buffer of [...fed, ...results.map(([, each]) => each)]) buffer.dispose();
  return read;
}

test("what lies between products stays in blocks: activation, its slope, the biases and their gradients", () => {
  const graph = withBlockedProducts(graphOf(layer, layerShapes(2048, 384, 1536)), layoutSizes);
  const converted = [...named(graph, "toBlocks"), ...named(graph, "fromBlocks")];
  const hidden = 2048 * 1536;
  const sizes = converted.map(({ inputs }) => inputs[0]!.shape.reduce((a, b) => a * b, 1));
  assert.is(
    sizes.filter((size) => size === hidden).length,
    0,
    "the wide activations are never converted",
  );
  assert.is(named(graph, "blockedMatmul").length, 6);
  const biased = named(graph, "blockedMatmul").filter(({ inputs }) => inputs.length === 3);
  assert.is(biased.length, 2);
  assert.is(named(graph, "blockedColumnSums").length, 1);
});

test("an operand is converted once for all products that want it so", () => {
  const build: Build = (x, a, b, c) => [ops.linear(x!, a!), ops.linear(x!, b!), ops.linear(x!, c!)];
  const square: Shape = [width, width];
  const source = graphOf(build, [[rows, width], square, square, square]);
  const graph = blockProducts(source, () => true);
  assert.is(named(graph, "toBlocks").length, 4, "the input once, and three weights");
});

test("what cannot be in blocks is left as it is", () => {
  const cases: readonly [string, Build, readonly Shape[]][] = [
    [
      "columns that are no multiple of a block",
      (a, b) => ops.matmul(a!, b!),
      [
        [96, 96],
        [96, 100],
      ],
    ],
    [
      "few rows",
      (a, b) => ops.matmul(a!, b!),
      [
        [8, 96],
        [96, 96],
      ],
    ],
    [
      "many matrices",
      (a, b) => ops.matmul(a!, b!),
      [
        [2, 96, 96],
        [2, 96, 96],
      ],
    ],
    [
      "a factor",
      (a, b) => ops.matmul(a!, b!, { scale: 0.5 }),
      [
        [96, 96],
        [96, 96],
      ],
    ],
  ];
  for (const [what, build, shapes] of cases) {
    const graph = graphOf(build, shapes);
    assert.ok(
      graph.nodes.every((node) => blockableProduct(node, layoutSizes.smallestSide) === null),
      what,
    );
  }
});

test("a product that would pay more for conversions than it gains is left alone", () => {
  const alone = graphOf(
    (a, b) => ops.matmul(a!, b!),
    [
      [2048, 64],
      [64, 2048],
    ],
  );
  assert.is(withBlockedProducts(alone, layoutSizes), alone);
  const large = graphOf(
    (a, b) => ops.matmul(a!, b!),
    [
      [2048, 2048],
      [2048, 2048],
    ],
  );
  assert.is(named(withBlockedProducts(large, layoutSizes), "blockedMatmul").length, 1);
});

testNumbers("a value that is read row by row and in blocks is there as both", () => {
  const build: Build = (x, a, b) => {
    const product = ops.linear(x!, a!);
    const activated = ops.silu(product);
    return [
      ops.softmax(product),
      ops.linear(activated, b!),
      ops.multiply(activated, ops.exp(product)),
    ];
  };
  const shapes: readonly Shape[] = [
    [rows, width],
    [inner, width],
    [width, inner],
  ];
  const operands = shapes.map((shape, i) => noise(shape, i + 1));
  const graph = blockProducts(graphOf(build, shapes), () => true);
  assertClose(runGraph(graph, operands), runOn(reference, build, operands), 1e-4);
});

testNumbers("heads are taken apart and put together in blocks", () => {
  const [batch, heads, sequenceLength, headDim] = [3, 4, 32, 16];
  const split = (value: Value) =>
    ops.transpose(ops.reshape(value, [batch, sequenceLength, heads, headDim]), [0, 2, 1, 3]);
  const build: Build = (x, query, output) => {
    const attended = ops.softmax(split(ops.linear(x!, query!)));
    const joined = ops.reshape(ops.transpose(attended, [0, 2, 1, 3]), [
      batch,
      sequenceLength,
      width,
    ]);
    const y = ops.linear(joined, output!);
    return [y, ...gradients(ops.sum(ops.multiply(y, x!)), [query!, output!])];
  };
  const square: Shape = [width, width];
  const shapes: readonly Shape[] = [[batch, sequenceLength, width], square, square];
  const graph = blockProducts(graphOf(build, shapes), () => true);
  assert.is(named(graph, "headsFromBlocks").length, 2, "forward and backward");
  assert.is(named(graph, "headsToBlocks").length, 2);
  const operands = shapes.map((shape, i) => noise(shape, i + 1));
  assertClose(runGraph(graph, operands), runOn(reference, build, operands), 5e-4);
});

testNumbers("comparisons and choices between blocked values are made row by row", () => {
  const build: Build = (a, b, c) => {
    const product = ops.matmul(a!, b!);
    const rectified = ops.maximum(product, 0);
    const chosen = ops.select(ops.greater(product, c!), product, 0);
    const loss = ops.sum(ops.multiply(rectified, c!));
    return [chosen, ...gradients(loss, [a!, b!])];
  };
  const square: Shape = [width, width];
  const operands = [1, 2, 3].map((seed) => noise(square, seed));
  const graph = blockProducts(graphOf(build, [square, square, square]), () => true);
  assertClose(runGraph(graph, operands), runOn(reference, build, operands), 1e-4);
});

testNumbers("the engine chooses by itself, and what it chose agrees", () => {
  const shapes: readonly Shape[] = [
    [512, 256],
    [512, 256],
    [256, 512],
  ];
  const build: Build = (x, up, down) => {
    const y = ops.linear(ops.maximum(ops.linear(x!, up!), 0), down!);
    return gradients(ops.mean(ops.multiply(y, y)), [x!, up!, down!]);
  };
  const graph = withBlockedProducts(graphOf(build, shapes), layoutSizes);
  assert.ok(named(graph, "blockedMatmul").length > 0);
  const operands = shapes.map((shape, i) => noise(shape, i + 1));
  assertAgrees(build, operands, 1e-4);
});

test("a bias does not make a product twice that something else reads, too", () => {
  const build: Build = (x, a, bias) => {
    const product = ops.linear(x!, a!);
    return [ops.silu(ops.add(product, bias!)), ops.sigmoid(product)];
  };
  const source = graphOf(build, [[rows, width], [inner, width], [inner]]);
  const graph = blockProducts(source, () => true);
  assert.is(named(graph, "blockedMatmul").length, 1);
});

test("what is computed again converts its weights again, so that none is kept until then", () => {
  const graph = new Graph();
  const [x, a] = [graph.input("x", [rows, width]), graph.input("a", [inner, width])];
  const product = () => ops.silu(ops.linear(x, a));
  graph.output("first", product());
  graph.output("again", graph.scope("recompute(layers.0)", product));
  const blocked = blockProducts(prepare(graph, { lowers }), () => true);
  assert.is(named(blocked, "toBlocks").length, 4);
});

test.run();
