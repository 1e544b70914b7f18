/** Chains of operations that keep rows apart run as one loop over blocks of rows. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { gradients, ops, type Shape } from "../../../engine/index.ts";
import { OnnxEngine } from "../../../engine/onnx/index.ts";
import { lowerGraph } from "../../../engine/onnx/lower/lower.ts";
import { type Cluster, clusterRows, loopsOf } from "../../../engine/onnx/optimise/loops/index.ts";
import { tuningFor } from "../../../engine/onnx/tuning.ts";
import {
  assertClose,
  type Build,
  graphOf,
  noise,
  type Operand,
  onnx,
  reference,
  runOn,
} from "./support.ts";

const [rows, width] = [1024, 128];
const x = noise([rows, width], 1);
const y = noise([rows, width], 2);
const row = noise([width], 3);
const other = noise([width], 4);
const column = noise([rows, 1], 5);

const whole: Shape = [rows, width];

/** On one core loops are smaller, and sum the rows. */
const oneCore = new OnnxEngine({ threads: 1 });

function assertAgrees(build: Build, operands: readonly Operand[], tolerance?: number): void {
  const expected = runOn(reference, build, operands);
  for (const engine of [onnx, oneCore]) {
    assertClose(runOn(engine, build, operands), expected, tolerance);
  }
}

/** Names of the operations of each cluster. */
function clusters(build: Build, shapes: readonly Shape[]): string[][] {
  const steps = clusterRows(graphOf(build, shapes), tuningFor(1).loops);
  return steps
    .filter((step): step is Cluster => "nodes" in step && "space" in step)
    .map(({ nodes }) => nodes.map((node) => node.operation.name));
}

/** Nodes of the model, loops counting one. */
function operations(build: Build, shapes: readonly Shape[], blockElements: number): string[] {
  const graph = graphOf(build, shapes);
  const steps = loopsOf(graph, { ...tuningFor(1).loops, blockElements });
  const model = lowerGraph(graph, "test", { steps });
  return model.nodes.map((node) => node.operation);
}

const chain: Build = (a, b, r) =>
  ops.multiply(ops.sigmoid(ops.add(a!, r!)), ops.subtract(b!, ops.multiply(a!, 0.5)));

test("a chain over rows becomes one loop", () => {
  assert.equal(clusters(chain, [whole, whole, [width]]), [
    ["add", "sigmoid", "multiply", "subtract", "multiply"],
  ]);
  const fused = operations(chain, [whole, whole, [width]], 4096);
  assert.is(fused.filter((operation) => operation === "Scan").length, 1);
  assert.is(fused.filter((operation) => !["Scan", "Reshape"].includes(operation)).length, 0);
  assertAgrees(chain, [x, y, row]);
});

test("sums and norms of rows, and their columns, belong to it", () => {
  const build: Build = (a, b, gain, bias) => {
    const normal = ops.layerNorm(ops.add(a!, b!), gain!, bias!, 1e-5);
    const total = ops.sum(ops.multiply(normal, b!), [-1], true);
    return [ops.subtract(normal, ops.multiply(total, 0.1)), ops.softmax(ops.add(normal, total))];
  };
  const [found, ...others] = clusters(build, [whole, whole, [width], [width]]);
  assert.is(others.length, 0);
  assert.ok(found!.includes("layerNorm") && found!.includes("sum") && found!.includes("softmax"));
  assertAgrees(build, [x, y, row, other], 1e-4);
});

test("whole tensors, columns, rows and scalars may come from outside", () => {
  const build: Build = (a, b, r, c) => {
    const scalar = ops.sum(b!);
    const shifted = ops.add(ops.multiply(a!, ops.reshape(r!, [1, width])), scalar);
    return ops.multiply(ops.exp(ops.multiply(shifted, 1e-3)), c!);
  };
  assert.is(clusters(build, [whole, whole, [width], [rows, 1]]).length, 1);
  assertAgrees(build, [x, y, row, column], 1e-4);
});

test("other shapes of the same rows are the same rows", () => {
  const build: Build = (a, b) => {
    const folded = ops.reshape(ops.exp(a!), [8, rows / 8, width]);
    const sum = ops.add(folded, ops.reshape(b!, [8, rows / 8, width]));
    return [sum, ops.reshape(ops.tanh(sum), [rows * width]), folded];
  };
  assert.is(clusters(build, [whole, whole]).length, 1);
  assertAgrees(build, [x, y]);
});

test("rows times a vector are a column", () => {
  const build: Build = (a, b, r) => {
    const product = ops.multiply(a!, b!);
    const column = ops.matmul(product, ops.reshape(r!, [width, 1]));
    return ops.subtract(product, column);
  };
  assert.equal(clusters(build, [whole, whole, [width]]), [["multiply", "matmul", "subtract"]]);
  assertAgrees(build, [x, y, row], 1e-4);
});

test("conditions and choices keep their types within the loop", () => {
  const build: Build = (a, b) => {
    const larger = ops.greater(a!, b!);
    return ops.add(ops.select(larger, a!, ops.negate(b!)), ops.cast(larger, "float32"));
  };
  assert.is(clusters(build, [whole, whole]).length, 1);
  assertAgrees(build, [x, y]);
});

test("what a product lies between is not one loop", () => {
  const build: Build = (a, b) => {
    const before = ops.exp(ops.multiply(a!, 0.1));
    const square = ops.matmul(before, b!, { transposeA: true, scale: 1 / rows });
    return ops.add(ops.tanh(before), ops.sigmoid(ops.matmul(b!, square)));
  };
  for (const found of clusters(build, [whole, whole])) {
    assert.not(found.includes("exp") && found.includes("tanh") && found.includes("matmul"));
  }
  assertAgrees(build, [x, y], 1e-3);
});

test("rows are summed within it, and what needs the sum runs after it", () => {
  const build: Build = (a, b) => {
    const product = ops.multiply(ops.exp(a!), b!);
    return ops.multiply(product, ops.multiply(ops.sum(product, [0]), 1 / rows));
  };
  assert.equal(clusters(build, [whole, whole]), [["exp", "multiply", "sum"]]);
  assertAgrees(build, [x, y], 1e-4);
});

test("sums of the rows that it reads or makes belong to it, under any of their shapes", () => {
  const build: Build = (a, b) => {
    const folded = ops.reshape(a!, [8, rows / 8, width]);
    const chained = ops.tanh(ops.multiply(ops.exp(folded), ops.reshape(b!, folded.shape)));
    return [
      ops.sum(chained, [0, 1]),
      ops.sum(ops.reshape(chained, whole), [0], true),
      ops.sum(b!, [0]),
    ];
  };
  const [found, ...others] = clusters(build, [whole, whole]);
  assert.is(others.length, 0);
  assert.is(found!.filter((name) => name === "sum").length, 3);
  const loops = operations(build, [whole, whole], 4096).filter((operation) => operation === "Scan");
  assert.is(loops.length, 1);
  assertAgrees(build, [x, y], 1e-4);
});

test("so do sums with a weight for each row, given or made there", () => {
  const build: Build = (a, b, c) => {
    const product = ops.multiply(a!, b!);
    const made = ops.max(product, [-1], true);
    const turned = ops.matmul(ops.reshape(made, [1, rows]), b!, { scale: 0.5 });
    return [
      ops.matmul(c!, product, { transposeA: true }),
      ops.matmul(ops.reshape(c!, [1, rows]), ops.sigmoid(product)),
      turned,
      ops.reshape(made, [1, rows]),
    ];
  };
  const [found, ...others] = clusters(build, [whole, whole, [rows, 1]]);
  assert.is(others.length, 0);
  assert.is(found!.filter((name) => name === "matmul").length, 3);
  assertAgrees(build, [x, y, column], 1e-4);
});

test("a sum weighted by another sum is not taken in the same loop", () => {
  const square: Shape = [512, 512];
  const build: Build = (a) => {
    const made = ops.multiply(ops.exp(a!), 1e-2);
    const first = ops.sum(made, [0], true);
    return [
      ops.matmul(first, made),
      ops.matmul(ops.reshape(first, [512, 1]), made, { transposeA: true }),
    ];
  };
  const [found, ...others] = clusters(build, [square]);
  assert.is(others.length, 0);
  assert.equal(found, ["exp", "multiply", "sum"]);
  assertAgrees(build, [noise(square, 10)], 1e-4);
});

test("what a loop needs of a sum over rows that it reads is not summed by it", () => {
  const build: Build = (a, b) => {
    const mean = ops.multiply(ops.sum(a!, [0]), 1 / rows);
    return ops.multiply(ops.exp(ops.subtract(a!, mean)), b!);
  };
  assert.equal(clusters(build, [whole, whole]), [["subtract", "exp", "multiply"]]);
  assertAgrees(build, [x, y], 1e-4);
});

test("weights may be a vector, also where there are as many rows as columns", () => {
  const square: Shape = [512, 512];
  const build: Build = (a, weights) => {
    const made = ops.sigmoid(ops.multiply(a!, 0.5));
    return [
      ops.matmul(ops.reshape(weights!, [512, 1]), made, { transposeA: true }),
      ops.matmul(ops.reshape(weights!, [1, 512]), made),
      ops.multiply(made, weights!),
    ];
  };
  assertAgrees(build, [noise(square, 11), noise([512], 12)], 1e-4);
});

test("integers are not summed within it", () => {
  const build: Build = (a, b) => {
    const larger = ops.cast(ops.greater(ops.exp(a!), b!), "int32");
    return ops.sum(larger, [0]);
  };
  assert.not(clusters(build, [whole, whole]).some((names) => names.includes("sum")));
  assertAgrees(build, [x, y]);
});

test("a number of rows that no block divides is run as it is", () => {
  const prime: Shape = [1021, 97];
  const build: Build = (a, b) => ops.exp(ops.multiply(ops.sigmoid(a!), b!));
  assert.not(operations(build, [prime, prime], 4096).includes("Scan"));
  assertAgrees(build, [noise(prime, 6), noise(prime, 7)]);
});

test("a layer and its gradients agree with the reference", () => {
  const build: Build = (a, up, down, gain, bias) => {
    const normal = ops.layerNorm(a!, gain!, bias!, 1e-5);
    const hidden = ops.geluNew(ops.linear(normal, up!));
    const output = ops.add(a!, ops.linear(hidden, down!));
    const loss = ops.sum(ops.multiply(output, ops.tanh(output)));
    return [output, ...gradients(loss, [a!, up!, down!, gain!, bias!])];
  };
  const inner = 4 * width;
  const operands = [x, noise([inner, width], 8), noise([width, inner], 9), row, other];
  const scaled = operands.map((operand) => ({
    ...operand,
    data: Float32Array.from(operand.data, (value) => value / 20),
  }));
  assert.ok(
    clusters(
      build,
      scaled.map(({ shape }) => shape),
    ).length >= 3,
  );
  assertAgrees(build, scaled, 2e-4);
});

test.run();
