/** Every primitive of the tensor language, lowered to ONNX, computes what the reference computes. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { ops, type Value } from "../../../engine/index.ts";
import { assertAgrees, integers, noise, onnx, runOn } from "./support.ts";

const a = noise([3, 5], 1);
const b = noise([3, 5], 2);
const row = noise([5], 3);
const column = noise([3, 1], 4);
const positive = { ...a, data: Float32Array.from(a.data, (x) => Math.abs(x) + 0.1) };
const whole = integers([2, 4], [5, -3, 7, 0, 12, -8, 2, 1]);
const other = integers([2, 4], [2, 3, 7, 4, 5, 2, -1, 1]);
const bytes = integers([2, 3], [0, 200, 3, 100, 5, 255], "uint8");
const fewBytes = integers([2, 3], [1, 20, 3, 4, 5, 0], "uint8");
const flags = integers([3, 5], [1, 0, 0, 1, 1, 0, 1, 0, 1, 1, 0, 0, 1, 0, 1], "bool");

const binary = {
  add: ops.add,
  subtract: ops.subtract,
  multiply: ops.multiply,
  divide: ops.divide,
  maximum: ops.maximum,
  minimum: ops.minimum,
};

for (const [name, operation] of Object.entries(binary)) {
  test(`${name} broadcasts, and takes scalars`, () => {
    assertAgrees(operation, [a, b]);
    assertAgrees(operation, [a, row]);
    assertAgrees(operation, [column, row]);
    assertAgrees((x) => operation(x!, 2.5), [a]);
  });
}

test("integers add, subtract and multiply exactly", () => {
  for (const operation of [ops.add, ops.subtract, ops.multiply, ops.maximum, ops.minimum]) {
    assertAgrees(operation, [whole, other], 0);
  }
  for (const operation of [ops.add, ops.maximum, ops.minimum]) {
    assertAgrees(operation, [fewBytes, fewBytes], 0);
  }
});

test("power of positive numbers", () => {
  assertAgrees(ops.power, [positive, b]);
  assertAgrees((x) => ops.power(x!, 2), [a]);
});

const functions = {
  negate: ops.negate,
  exp: ops.exp,
  log: ops.log,
  sqrt: ops.sqrt,
  reciprocal: ops.reciprocal,
  tanh: ops.tanh,
  sigmoid: ops.sigmoid,
  erf: ops.erf,
  sine: ops.sine,
  cosine: ops.cosine,
  absolute: ops.absolute,
};

for (const [name, operation] of Object.entries(functions)) {
  test(`${name}`, () => {
    assertAgrees(operation, [name === "log" || name === "sqrt" ? positive : a], 2e-6);
  });
}

const comparisons = {
  equal: ops.equal,
  less: ops.less,
  lessEqual: ops.lessEqual,
  greater: ops.greater,
  greaterEqual: ops.greaterEqual,
};

for (const [name, operation] of Object.entries(comparisons)) {
  test(`${name} of floats, integers and bytes`, () => {
    assertAgrees(operation, [a, row], 0);
    assertAgrees(operation, [whole, other], 0);
    assertAgrees(operation, [bytes, fewBytes], 0);
  });
}

test("logic and choice", () => {
  assertAgrees((p, x) => ops.and(p!, ops.greater(x!, 0)), [flags, a], 0);
  assertAgrees((p, x) => ops.or(ops.not(p!), ops.greater(x!, 0)), [flags, a], 0);
  assertAgrees(ops.select, [flags, a, b], 0);
  assertAgrees((p, x) => ops.select(p!, x!, 0), [flags, row], 0);
  assertAgrees(
    (p, x, y) => ops.select(p!, x!, y!),
    [integers([4], [1, 0, 1, 0], "bool"), whole, other],
    0,
  );
  assertAgrees((p, x) => ops.select(p!, ops.less(x!, 0), ops.not(p!)), [flags, a], 0);
});

test("casts drop fractions and make 0 and 1 of booleans", () => {
  assertAgrees((x) => ops.cast(x!, "int32"), [a], 0);
  assertAgrees((x) => ops.cast(x!, "float32"), [whole], 0);
  assertAgrees((x) => ops.cast(x!, "float32"), [flags], 0);
  assertAgrees((x) => ops.cast(x!, "int32"), [bytes], 0);
  assertAgrees((x) => ops.cast(x!, "uint8"), [flags], 0);
  assertAgrees((x) => ops.cast(x!, "bool"), [whole], 0);
});

test("sums and maxima over any axes", () => {
  const cube = noise([2, 3, 4], 5);
  for (const reduce of [ops.sum, ops.max]) {
    for (const axes of [[0], [1], [2], [0, 1], [1, 2], [0, 2], undefined]) {
      assertAgrees((x) => reduce(x!, axes), [cube]);
      assertAgrees((x) => reduce(x!, axes, true), [cube]);
    }
    assertAgrees((x) => reduce(x!, [1]), [whole], 0);
    assertAgrees((x) => reduce(x!, [1]), [fewBytes], 0);
  }
});

test("shapes and orders", () => {
  const cube = noise([2, 3, 4], 6);
  assertAgrees((x) => ops.reshape(x!, [4, 6]), [cube], 0);
  assertAgrees((x) => ops.transpose(x!, [2, 0, 1]), [cube], 0);
  assertAgrees((x) => ops.transpose(x!, [1, 0]), [flags], 0);
  assertAgrees((x) => ops.broadcastTo(x!, [4, 3, 5]), [column], 0);
  assertAgrees((x) => ops.broadcastTo(x!, [2, 3, 5]), [flags], 0);
  assertAgrees((x, y) => ops.concat([x!, y!, x!], 1), [a, b], 0);
  assertAgrees((x, y) => ops.concat([x!, y!], 0), [whole, other], 0);
  assertAgrees((x) => ops.slice(x!, 1, 1, 4), [a], 0);
  assertAgrees((x) => ops.slice(x!, 0, 1, 2), [bytes], 0);
  assertAgrees((x) => ops.pad(x!, 0, 2, 1), [a], 0);
});

test("products with either operand transposed, scaled and batched", () => {
  for (const transposeA of [false, true]) {
    for (const transposeB of [false, true]) {
      const shapeA = transposeA ? [7, 3] : [3, 7];
      const shapeB = transposeB ? [5, 7] : [7, 5];
      for (const scale of [1, 0.25]) {
        const product = (x: Value, y: Value) => ops.matmul(x, y, { transposeA, transposeB, scale });
        assertAgrees(product as never, [noise(shapeA, 7), noise(shapeB, 8)]);
        assertAgrees(product as never, [noise([2, 3, ...shapeA], 9), noise([2, 3, ...shapeB], 10)]);
        assertAgrees(product as never, [noise([2, 3, ...shapeA], 9), noise([2, 1, ...shapeB], 10)]);
        assertAgrees(product as never, [noise([4, ...shapeA], 11), noise(shapeB, 12)]);
      }
    }
  }
});

test("few rows by a large transposed weight", () => {
  for (const rows of [1, 5, 6, 16, 96, 97]) {
    const product = (x: Value, y: Value) => ops.matmul(x, y, { transposeB: true, scale: 0.5 });
    assertAgrees(product as never, [noise([rows, 33], 17), noise([200, 33], 18)]);
  }
});

test("rows and elements by index", () => {
  const table = noise([6, 4], 13);
  const ids = integers([2, 3], [5, 0, 2, 2, 5, 5]);
  assertAgrees(ops.gather, [table, ids], 0);
  assertAgrees((i, u) => ops.scatterAdd(i!, u!, 6), [ids, noise([2, 3, 4], 14)]);
  assertAgrees((i, u) => ops.scatterAdd(i!, u!, 6), [ids, noise([2, 3], 15)]);
  const places = integers([3], [4, 0, 2]);
  assertAgrees(ops.takeAlongLast, [a, places], 0);
  assertAgrees((i, u) => ops.placeAlongLast(i!, u!, 5), [places, noise([3], 16)], 0);
});

test("rows added to one place by many threads are all counted", () => {
  const [count, width] = [4096, 64];
  const ids = integers(
    [count],
    new Int32Array(count).map((_, i) => i % 3),
  );
  const ones = { shape: [count, width], data: new Float32Array(count * width).fill(1) };
  const [sums] = runOn(onnx, (i, u) => ops.scatterAdd(i!, u!, 3), [ids, ones]);
  const expected = [1366, 1365, 1365].flatMap((sum) => new Array<number>(width).fill(sum));
  assert.equal([...sums!], expected);
});

test("infinities and NaN go through", () => {
  const odd = { shape: [5], data: [Number.NaN, Infinity, -Infinity, 0, 1] };
  for (const operation of [ops.exp, ops.negate, ops.absolute]) assertAgrees(operation, [odd]);
  for (const operation of [ops.add, ops.multiply, ops.maximum]) assertAgrees(operation, [odd, odd]);
  assertAgrees((x) => ops.sum(x!), [odd]);
  assertAgrees((x) => ops.less(x!, 1), [odd], 0);
});

test.run();
