/** Each algebraic rule, seen in the operations that are left; and that values stay what they were. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { Graph, isConstant, isInput, ops, sizeOf, type Value } from "../../../engine/index.ts";
import { evaluate, prepare } from "../../../engine/passes/index.ts";
import { randomFloats } from "../finite-differences.ts";

/**
 * What is left of a graph with inputs x [3, 4], y [3, 4] and v [4]: the operations' names, in order.
 * Asserts on the way that the outputs have not changed.
 */
function left(build: (x: Value, y: Value, v: Value) => Value | readonly Value[]): string {
  const graph = new Graph();
  const shapes = { x: [3, 4], y: [3, 4], v: [4] };
  const inputs = Object.entries(shapes).map(([name, shape]) => graph.input(name, shape));
  const [x, y, v] = inputs as [Value, Value, Value];
  const built = build(x, y, v);
  const outputs = Array.isArray(built) ? built : [built];
  for (const [i, value] of outputs.entries()) graph.output(`${i}`, value);
  const prepared = prepare(graph);
  const feeds = Object.fromEntries(
    Object.entries(shapes).map(([name, shape], i) => [name, randomFloats(sizeOf(shape), i + 1)]),
  );
  const [before, after] = [evaluate(graph, feeds), evaluate(prepared, feeds)];
  for (const [name, expected] of Object.entries(before)) {
    assert.equal(prepared.outputs.get(name)!.type, graph.outputs.get(name)!.type);
    for (const [i, element] of after[name]!.entries()) {
      assert.ok(Math.abs(element - expected[i]!) < 1e-6, `${name}[${i}]`);
    }
  }
  return prepared.nodes
    .filter((node) => !isInput(node) && !isConstant(node))
    .map((node) => node.operation.name)
    .join(" ");
}

const scalar = (x: Value, number: number) => x.graph.scalar(number);

test("neutral elements go", () => {
  assert.is(
    left((x) => ops.multiply(ops.add(x, 0), 1)),
    "",
  );
  assert.is(
    left((x) => ops.multiply(scalar(x, 1), x)),
    "",
  );
  assert.is(
    left((x) => ops.divide(ops.subtract(ops.power(x, 1), 0), 1)),
    "",
  );
});

test("a neutral element that gives the shape stays", () => {
  const zeros = (x: Value) => x.graph.constant(new Float32Array(12), [3, 4], "float32");
  assert.is(
    left((x, _y, v) => ops.add(v, zeros(x))),
    "add",
  );
});

test("0 - x, 1 / x and x * 0 are not x", () => {
  assert.is(
    left((x) => ops.subtract(0, x)),
    "subtract",
  );
  assert.is(
    left((x) => ops.divide(1, x)),
    "divide",
  );
  assert.is(
    left((x) => ops.multiply(x, 0)),
    "multiply",
  );
});

test("negations are absorbed", () => {
  assert.is(
    left((x) => ops.negate(ops.negate(x))),
    "",
  );
  assert.is(
    left((x, y) => ops.add(x, ops.negate(y))),
    "subtract",
  );
  assert.is(
    left((x, y) => ops.add(ops.negate(x), y)),
    "subtract",
  );
  assert.is(
    left((x, y) => ops.subtract(x, ops.negate(y))),
    "add",
  );
  assert.is(
    left((x) => ops.negate(ops.multiply(x, 3))),
    "multiply",
  );
});

test("factors meet and become the scale of a product, through reshapes and transposes", () => {
  assert.is(
    left((x) => ops.multiply(ops.multiply(x, 2), 3)),
    "multiply",
  );
  const product = (x: Value, y: Value) => ops.matmul(x, y, { transposeB: true, scale: 0.5 });
  assert.is(
    left((x, y) => ops.multiply(product(x, y), 2)),
    "matmul",
  );
  assert.is(
    left((x, y) => product(ops.multiply(x, 2), ops.multiply(y, 3))),
    "matmul",
  );
  assert.is(
    left((x, y) => ops.multiply(2, ops.reshape(product(x, y), [9]))),
    "matmul reshape",
  );
  assert.is(
    left((x, y) => ops.multiply(2, ops.transpose(product(x, y), [1, 0]))),
    "matmul transpose",
  );
});

test("a product that is used twice is not computed twice for a factor", () => {
  const names = left((x, y) => {
    const product = ops.matmul(x, y, { transposeB: true });
    return [product, ops.multiply(product, 2)];
  });
  assert.is(names, "matmul multiply");
});

test("reshapes and transposes merge", () => {
  assert.is(
    left((x) => ops.reshape(ops.reshape(ops.reshape(x, [12]), [4, 3]), [2, 6])),
    "reshape",
  );
  assert.is(
    left((x) => ops.reshape(ops.reshape(x, [12]), [3, 4])),
    "",
  );
  assert.is(
    left((x) => ops.transpose(ops.transpose(x, [1, 0]), [1, 0])),
    "",
  );
  assert.is(
    left((x) => ops.transpose(ops.reshape(x, [3, 1, 4]), [1, 0, 2])),
    "reshape",
  );
  assert.is(
    left((x) => ops.sum(ops.reshape(x, [3, 1, 4, 1]), [1, 3])),
    "",
  );
});

test("a product takes transposed operands", () => {
  const swap = (x: Value) => ops.transpose(x, [1, 0]);
  assert.is(
    left((x, y) => ops.matmul(x, swap(y))),
    "matmul",
  );
  assert.is(
    left((x, y) => ops.matmul(swap(x), swap(y), { transposeB: true })),
    "matmul",
  );
});

test("broadcasts are put off, and undone by sums", () => {
  assert.is(
    left((x, _y, v) => ops.multiply(x, ops.broadcastTo(v, [3, 4]))),
    "multiply",
  );
  assert.is(
    left((_x, _y, v) => ops.exp(ops.broadcastTo(v, [3, 4]))),
    "exp broadcastTo",
  );
  assert.is(
    left((_x, _y, v) => ops.sum(ops.broadcastTo(v, [3, 4]), [0])),
    "multiply",
  );
  assert.is(
    left((_x, _y, v) => ops.sum(ops.broadcastTo(v, [2, 3, 4]), [0, 2])),
    "reshape sum multiply broadcastTo reshape",
  );
  assert.is(
    left((_x, _y, v) => ops.broadcastTo(ops.broadcastTo(v, [3, 4]), [2, 3, 4])),
    "broadcastTo",
  );
});

test("padded parts side by side are put together", () => {
  const both = (x: Value, y: Value) => ops.add(ops.pad(x, 1, 0, 4), ops.pad(y, 1, 4, 0));
  assert.is(left(both), "concat");
  assert.is(
    left((x, y) => ops.add(ops.pad(x, 0, 4, 2), ops.pad(y, 0, 1, 5))),
    "concat pad",
  );
  assert.is(
    left((x, y) => ops.add(ops.pad(x, 1, 0, 3), ops.pad(y, 1, 3, 0))),
    "pad pad add",
  );
});

test("a slice of a part is taken from the part", () => {
  assert.is(
    left((x, y) => ops.slice(ops.concat([x, y], 0), 0, 3, 6)),
    "",
  );
  assert.is(
    left((x, y) => ops.slice(ops.concat([x, y], 0), 0, 4, 6)),
    "slice",
  );
  assert.is(
    left((x, y) => ops.slice(ops.concat([x, y], 0), 0, 2, 5)),
    "concat slice",
  );
  assert.is(
    left((x) => ops.slice(ops.slice(x, 1, 1, 4), 1, 1, 2)),
    "slice",
  );
  assert.is(
    left((x) => ops.slice(ops.pad(x, 1, 2, 2), 1, 2, 6)),
    "",
  );
  assert.is(
    left((x, y, v) => ops.concat([ops.concat([x, y], 0), ops.reshape(v, [1, 4])], 0)),
    "reshape concat",
  );
});

test.run();
