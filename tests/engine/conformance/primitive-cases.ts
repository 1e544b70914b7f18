/** Every primitive, over shapes that matter: scalars, single elements, odd sizes, broadcasts, long rows. */
import { type DType, ops, type Value } from "../../../engine/index.ts";
import { type Case, type CaseInput, caseOf, flags, floats, indices, integers } from "./case.ts";

type Pair = readonly [readonly number[], readonly number[]];

const broadcasts: readonly Pair[] = [
  [[], []],
  [[7], [7]],
  [[3, 5], []],
  [[3, 1], [5]],
  [
    [2, 1, 5],
    [3, 1],
  ],
  [[1031], [1]],
];

const arithmetic = {
  add: ops.add,
  subtract: ops.subtract,
  multiply: ops.multiply,
  divide: ops.divide,
  maximum: ops.maximum,
  minimum: ops.minimum,
};

const arithmeticCases = broadcasts.flatMap(([shapeA, shapeB]) => {
  const operands = { a: floats(shapeA, 1, [0.5, 2]), b: floats(shapeB, 2, [0.5, 2]) };
  const shapes = `[${shapeA}] and [${shapeB}]`;
  return [
    ...Object.entries(arithmetic).map(([name, apply]) =>
      caseOf(`${name} of ${shapes}`, operands, ({ a, b }) => apply(a!, b!)),
    ),
    caseOf(`power of ${shapes}`, operands, ({ a, b }) => ops.power(a!, b!)),
  ];
});

const signed = { a: integers([7, -7, 7, -7, 6, -6, 0]), b: integers([2, 2, -2, -2, 3, 3, 5]) };
const integerCases = Object.entries(arithmetic).map(([name, apply]) =>
  caseOf(`${name} of integers`, signed, ({ a, b }) => apply(a!, b!)),
);
const beyondFloats = { a: integers([16_777_217, -16_777_219]), b: integers([2, 3]) };
const largeIntegerCases = (["add", "subtract", "multiply", "divide", "maximum"] as const).map(
  (name) =>
    caseOf(`${name} of integers beyond 2^24`, beyondFloats, ({ a, b }) => arithmetic[name](a!, b!)),
);

const functions: Readonly<Record<string, [(x: Value) => Value, readonly [number, number]]>> = {
  negate: [ops.negate, [-2, 2]],
  exp: [ops.exp, [-3, 3]],
  log: [ops.log, [0.1, 5]],
  sqrt: [ops.sqrt, [0.1, 5]],
  reciprocal: [ops.reciprocal, [0.5, 3]],
  tanh: [ops.tanh, [-4, 4]],
  sigmoid: [ops.sigmoid, [-6, 6]],
  erf: [ops.erf, [-3, 3]],
  sine: [ops.sine, [-7, 7]],
  cosine: [ops.cosine, [-7, 7]],
  absolute: [ops.absolute, [-2, 2]],
  square: [ops.square, [-2, 2]],
};

const functionCases = Object.entries(functions).flatMap(([name, [apply, range]]) =>
  [[], [1], [3, 5, 7], [4099]].map((shape) =>
    caseOf(`${name} of [${shape}]`, { x: floats(shape, 3, range) }, ({ x }) => apply(x!)),
  ),
);

const comparisons = {
  equal: ops.equal,
  less: ops.less,
  lessEqual: ops.lessEqual,
  greater: ops.greater,
  greaterEqual: ops.greaterEqual,
};

const comparisonCases = Object.entries(comparisons).flatMap(([name, apply]) => [
  caseOf(
    `${name} of floats`,
    { a: integers([1, 2, 3, -1]), b: integers([2, 2], [2, 1]) },
    ({ a, b }) => apply(ops.cast(a!, "float32"), ops.cast(b!, "float32")),
  ),
  caseOf(`${name} of integers`, signed, ({ a, b }) => apply(a!, b!)),
]);

const logicCases = [
  caseOf("and", { a: flags([3, 1], 1), b: flags([5], 2) }, ({ a, b }) => ops.and(a!, b!)),
  caseOf("or", { a: flags([3, 1], 3), b: flags([5], 4) }, ({ a, b }) => ops.or(a!, b!)),
  caseOf("not", { a: flags([7], 5) }, ({ a }) => ops.not(a!)),
  ...selectCases(),
];

function selectCases(): Case[] {
  const shapes = [
    [[], [], []],
    [[5], [5], [5]],
    [[5], [3, 5], [3, 1]],
    [
      [2, 1, 5],
      [3, 1],
      [2, 3, 5],
    ],
  ] as const;
  return shapes.map(([condition, a, b]) =>
    caseOf(
      `select by [${condition}] from [${a}] and [${b}]`,
      { condition: flags(condition, 6), a: floats(a, 7), b: floats(b, 8) },
      ({ condition, a, b }) => ops.select(condition!, a!, b!),
    ),
  );
}

const casts: readonly [string, CaseInput, DType][] = [
  ["floats to integers, fractions dropped", floats([9], 9, [-3, 3]), "int32"],
  ["floats to booleans", floats([4], 10), "bool"],
  ["integers to floats", integers([-5, 0, 7]), "float32"],
  ["integers to booleans", integers([-5, 0, 7]), "bool"],
  ["booleans to floats", flags([5], 11), "float32"],
  ["booleans to integers", flags([5], 12), "int32"],
  ["floats to bytes", floats([9], 13, [0, 255]), "uint8"],
  ["bytes to floats", { shape: [3], dtype: "uint8", data: Uint8Array.of(0, 7, 255) }, "float32"],
  ["bytes to integers", { shape: [3], dtype: "uint8", data: Uint8Array.of(0, 7, 255) }, "int32"],
];
const castCases = casts.map(([name, x, dtype]) =>
  caseOf(`cast ${name}`, { x }, ({ x }) => ops.cast(x!, dtype), { hasGradient: false }),
);

const reductions = { sum: ops.sum, max: ops.max, mean: ops.mean };
const reductionCases = Object.entries(reductions).flatMap(([name, reduce]) => [
  ...([undefined, [0], [-1], [1], [0, 2], [0, 1, 2]] as const).flatMap((axes) =>
    [false, true].map((keep) =>
      caseOf(
        `${name} over ${axes ? `[${axes}]` : "all"}${keep ? ", axes kept" : ""}`,
        { x: floats([3, 5, 7], 14) },
        ({ x }) => reduce(x!, axes, keep),
      ),
    ),
  ),
  caseOf(`${name} of one element`, { x: floats([1, 1], 15) }, ({ x }) => reduce(x!, [1])),
  caseOf(`${name} of a long row`, { x: floats([2, 5003], 16) }, ({ x }) => reduce(x!, [1])),
]);
const integerReductionCases = [
  caseOf("sum of integers", { x: integers([1, -5, 9, 16_777_217], [2, 2]) }, ({ x }) =>
    ops.sum(x!, [0]),
  ),
  caseOf("max of integers", { x: integers([1, -5, -9, 3], [2, 2]) }, ({ x }) => ops.max(x!, [1])),
  caseOf("max with ties", { x: integers([2, 2, 1, 3], [2, 2]) }, ({ x }) =>
    ops.max(ops.cast(x!, "float32"), [1]),
  ),
];

type Product = readonly [readonly number[], readonly number[], boolean, boolean];
const products: readonly Product[] = [
  [[1, 1], [1, 1], false, false],
  [[3, 5], [5, 7], false, false],
  [[5, 3], [5, 7], true, false],
  [[3, 5], [7, 5], false, true],
  [[5, 3], [7, 5], true, true],
  [[1, 129], [129, 1], false, false],
  [[67, 33], [33, 65], false, false],
  [[2, 3, 5], [5, 7], false, false],
  [[2, 5, 3], [5, 7], true, false],
  [[5, 7], [3, 7, 2], false, false],
  [[2, 3, 4, 5], [2, 3, 5, 1], false, false],
  [[2, 1, 4, 5], [1, 3, 5, 2], false, false],
  [[2, 1, 4, 5], [2, 3, 2, 5], false, true],
  [[2, 3, 5, 4], [3, 5, 2], true, false],
];
const productCases = products.flatMap(([a, b, transposeA, transposeB]) =>
  [1, 0.125].map((scale) =>
    caseOf(
      `matmul of [${a}]${transposeA ? "ᵀ" : ""} and [${b}]${transposeB ? "ᵀ" : ""} times ${scale}`,
      { a: floats(a, 17), b: floats(b, 18) },
      ({ a, b }) => ops.matmul(a!, b!, { transposeA, transposeB, scale }),
    ),
  ),
);

const cube = { x: floats([3, 5, 7], 19) };
const shapeCases = [
  caseOf("reshape", cube, ({ x }) => ops.reshape(x!, [15, 7])),
  caseOf("reshape to a row", cube, ({ x }) => ops.reshape(x!, [105])),
  caseOf("reshape one element to a scalar", { x: floats([1, 1], 20) }, ({ x }) =>
    ops.reshape(x!, []),
  ),
  ...[
    [0, 2, 1],
    [2, 1, 0],
    [1, 2, 0],
  ].map((order) => caseOf(`transpose by ${order}`, cube, ({ x }) => ops.transpose(x!, order))),
  caseOf("transpose of rank 4", { x: floats([2, 3, 4, 5], 21) }, ({ x }) =>
    ops.transpose(x!, [0, 2, 1, 3]),
  ),
  ...[0, 1, 2].flatMap((axis) => [
    caseOf(`slice along ${axis}`, cube, ({ x }) => ops.slice(x!, axis, 1, 3)),
    caseOf(`pad along ${axis}`, cube, ({ x }) => ops.pad(x!, axis, 2, 1)),
    caseOf(`concat along ${axis}`, cube, ({ x }) =>
      ops.concat([x!, ops.slice(x!, axis, 0, 1), x!], axis),
    ),
  ]),
  caseOf("sumTo a row", cube, ({ x }) => ops.sumTo(x!, [1, 7])),
  caseOf(
    "detach keeps the value and stops the gradient",
    cube,
    ({ x }) => ops.multiply(ops.detach(x!), x!),
    {
      isSlope: false,
    },
  ),
  caseOf("broadcast of a scalar", { x: floats([], 22) }, ({ x }) => ops.broadcastTo(x!, [3, 5])),
  caseOf("broadcast along inner and outer axes", { x: floats([3, 1], 23) }, ({ x }) =>
    ops.broadcastTo(x!, [2, 3, 5]),
  ),
];

const moves: Readonly<Record<string, (x: Value) => Value>> = {
  reshape: (x) => ops.reshape(x, [6, 2]),
  broadcastTo: (x) => ops.broadcastTo(x, [2, 3, 4]),
  transpose: (x) => ops.transpose(x, [1, 0]),
  slice: (x) => ops.slice(x, 1, 1, 3),
  concat: (x) => ops.concat([x, x], 0),
};
const otherTypes: Readonly<Record<string, CaseInput>> = {
  integers: indices([3, 4], 100, 24),
  booleans: flags([3, 4], 25),
  bytes: { shape: [3, 4], dtype: "uint8", data: Uint8Array.from({ length: 12 }, (_, i) => i * 20) },
};
const otherTypeCases = Object.entries(otherTypes).flatMap(([type, x]) =>
  Object.entries(moves).map(([name, move]) =>
    caseOf(`${name} of ${type}`, { x }, ({ x }) => move(x!)),
  ),
);

const indexingCases = [
  caseOf(
    "gather of rows",
    { table: floats([6, 3], 26), at: indices([2, 5], 6, 27) },
    ({ table, at }) => ops.gather(table!, at!),
  ),
  caseOf(
    "gather of one element",
    { table: floats([4], 28), at: integers([3], []) },
    ({ table, at }) => ops.gather(table!, at!),
  ),
  caseOf(
    "gather of integers",
    { table: indices([5, 2], 9, 29), at: indices([7], 5, 30) },
    ({ table, at }) => ops.gather(table!, at!),
  ),
  caseOf(
    "gather of bytes",
    { table: otherTypes.bytes!, at: indices([7], 3, 30) },
    ({ table, at }) => ops.gather(table!, at!),
  ),
  caseOf(
    "scatterAdd with many of one row",
    { at: indices([3, 67], 5, 31), updates: floats([3, 67, 3], 32) },
    ({ at, updates }) => ops.scatterAdd(at!, updates!, 5),
  ),
  caseOf(
    "scatterAdd of single elements, some rows without",
    { at: integers([4, 4, 1]), updates: floats([3], 33) },
    ({ at, updates }) => ops.scatterAdd(at!, updates!, 7),
  ),
  ...[
    [3, 5, 7],
    [1, 1],
    [4, 515],
  ].flatMap((shape) => {
    const rows = shape.slice(0, -1);
    const size = shape.at(-1)!;
    return [
      caseOf(
        `takeAlongLast of [${shape}]`,
        { values: floats(shape, 34), at: indices(rows, size, 35) },
        ({ values, at }) => ops.takeAlongLast(values!, at!),
      ),
      caseOf(
        `placeAlongLast into [${shape}]`,
        { updates: floats(rows, 36), at: indices(rows, size, 37) },
        ({ updates, at }) => ops.placeAlongLast(at!, updates!, size),
      ),
    ];
  }),
];

export const primitiveCases: readonly Case[] = [
  ...arithmeticCases,
  ...integerCases,
  ...largeIntegerCases,
  ...functionCases,
  ...comparisonCases,
  ...logicCases,
  ...castCases,
  ...reductionCases,
  ...integerReductionCases,
  ...productCases,
  ...shapeCases,
  ...otherTypeCases,
  ...indexingCases,
];
