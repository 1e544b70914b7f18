/** The gradient of every primitive agrees with finite differences. */
import { test } from "uvu";
import { type Graph, ops, type Value } from "../../../engine/index.ts";
import { startReference } from "../../../engine/tfjs/index.ts";
import {
  type CheckedInput,
  checkGradients,
  randomInput,
  weightedSum,
} from "../finite-differences.ts";

const engine = startReference();
const tolerance = 2e-5;

function check(
  name: string,
  inputs: Readonly<Record<string, CheckedInput>>,
  build: (inputs: Readonly<Record<string, Value>>, graph: Graph) => Value,
): void {
  test(name, () => {
    checkGradients(engine, (graph, values) => weightedSum(build(values, graph)), inputs, {
      tolerance,
    });
  });
}

const positive: readonly [number, number] = [0.3, 2];
const indices = (data: readonly number[], shape: readonly number[] = [data.length]) => ({
  shape,
  data: Int32Array.from(data),
});

const binaries = {
  add: ops.add,
  subtract: ops.subtract,
  multiply: ops.multiply,
  divide: ops.divide,
  maximum: ops.maximum,
  minimum: ops.minimum,
  power: ops.power,
};
const shapes: readonly (readonly [readonly number[], readonly number[]])[] = [
  [
    [3, 5],
    [3, 5],
  ],
  [[2, 3, 5], [5]],
  [
    [3, 1],
    [1, 7],
  ],
  [[], [2, 3]],
  [[1, 1, 3], [3]],
];
for (const [name, operation] of Object.entries(binaries)) {
  for (const [a, b] of shapes) {
    const inputs = { a: randomInput(a, 1, positive), b: randomInput(b, 2, positive) };
    check(`${name} of [${a}] and [${b}]`, inputs, ({ a, b }) => operation(a!, b!));
  }
}

const unaries = {
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
  square: ops.square,
};
for (const [name, operation] of Object.entries(unaries)) {
  const range = name === "log" || name === "sqrt" || name === "reciprocal" ? positive : undefined;
  check(name, { x: randomInput([7, 3], 3, range) }, ({ x }) => operation(x!));
}

check("one value as both operands", { x: randomInput([4], 4) }, ({ x }) => ops.multiply(x!, x!));

check("select", { a: randomInput([3, 5], 5), b: randomInput([5], 6) }, ({ a, b }) =>
  ops.select(ops.greater(a!, b!), ops.multiply(a!, 3), b!),
);

check("cast passes floats on and stops at integers", { x: randomInput([5], 7) }, ({ x }) =>
  ops.add(x!, ops.cast(ops.cast(ops.multiply(x!, 10), "int32"), "float32")),
);

for (const axes of [undefined, [0], [-1], [0, 2]]) {
  for (const keepDims of [false, true]) {
    const label = `over ${axes ?? "all"}${keepDims ? ", axes kept" : ""}`;
    const inputs = { x: randomInput([2, 3, 5], 8) };
    check(`sum ${label}`, inputs, ({ x }) => ops.sum(x!, axes, keepDims));
    check(`max ${label}`, inputs, ({ x }) => ops.max(x!, axes, keepDims));
    check(`mean ${label}`, inputs, ({ x }) => ops.mean(x!, axes, keepDims));
  }
}

check("broadcastTo", { x: randomInput([3, 1], 9) }, ({ x }) => ops.broadcastTo(x!, [2, 3, 5]));
check("sumTo", { x: randomInput([2, 3, 5], 9) }, ({ x }) => ops.sumTo(x!, [3, 1]));
check("reshape", { x: randomInput([6, 5], 10) }, ({ x }) => ops.reshape(x!, [3, 2, 5]));
check("transpose", { x: randomInput([2, 3, 4, 5], 11) }, ({ x }) =>
  ops.transpose(x!, [3, 0, 2, 1]),
);
check(
  "concat",
  { a: randomInput([2, 1, 3], 12), b: randomInput([2, 4, 3], 13), c: randomInput([2, 2, 3], 14) },
  ({ a, b, c }) => ops.concat([a!, b!, c!], 1),
);
check("slice", { x: randomInput([3, 7, 2], 15) }, ({ x }) => ops.slice(x!, 1, 2, 6));
check("pad", { x: randomInput([3, 4, 2], 16) }, ({ x }) => ops.pad(x!, -2, 1, 3));

for (const transposeA of [false, true]) {
  for (const transposeB of [false, true]) {
    const flags = `${transposeA ? " aᵀ" : ""}${transposeB ? " bᵀ" : ""}`;
    const a = transposeA ? [5, 3] : [3, 5];
    const b = transposeB ? [7, 5] : [5, 7];
    const options = { transposeA, transposeB, scale: 0.37 };
    const product = ({ a, b }: Readonly<Record<string, Value>>) => ops.matmul(a!, b!, options);
    const pair = (left: readonly number[], right: readonly number[]) => ({
      a: randomInput(left, 17),
      b: randomInput(right, 18),
    });
    check(`matmul${flags}`, pair(a, b), product);
    check(`matmul${flags}, a batch of both`, pair([2, ...a], [2, ...b]), product);
    check(`matmul${flags}, a batch by a matrix`, pair([2, 3, ...a], b), product);
    check(`matmul${flags}, a matrix by a batch`, pair(a, [2, ...b]), product);
    check(`matmul${flags}, batches that broadcast`, pair([2, 1, ...a], [3, ...b]), product);
  }
}
check(
  "matmul of one row by one column",
  { a: randomInput([1, 9], 19), b: randomInput([9, 1], 20) },
  ({ a, b }) => ops.matmul(a!, b!),
);

check(
  "gather with repeated rows",
  { table: randomInput([5, 3], 21), ids: indices([4, 0, 0, 2, 4, 4], [2, 3]) },
  ({ table, ids }) => ops.gather(table!, ids!),
);
check(
  "scatterAdd with repeated rows",
  { updates: randomInput([2, 3, 4], 22), ids: indices([4, 0, 0, 2, 4, 4], [2, 3]) },
  ({ updates, ids }) => ops.scatterAdd(ids!, updates!, 6),
);
check(
  "takeAlongLast",
  { x: randomInput([2, 3, 4], 23), ids: indices([3, 0, 1, 2, 2, 0], [2, 3]) },
  ({ x, ids }) => ops.takeAlongLast(x!, ids!),
);
check(
  "placeAlongLast",
  { x: randomInput([2, 3], 24), ids: indices([3, 0, 1, 2, 2, 0], [2, 3]) },
  ({ x, ids }) => ops.placeAlongLast(ids!, x!, 4),
);

test.run();
