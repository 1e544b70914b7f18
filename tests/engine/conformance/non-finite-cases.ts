/** Infinities and not-a-number: where they come out, and where they must not spread to. */
import { ops, type Value } from "../../../engine/index.ts";
import { type Case, type CaseInput, caseOf, constants, integers, numbers } from "./case.ts";

const [inf, nan] = [Number.POSITIVE_INFINITY, Number.NaN];
const special = [0, 1, -1, inf, -inf, nan, 1e30, -1e30];

/** Every pair of the special numbers. */
const pairs = {
  a: constants(numbers(special.flatMap((x) => special.map(() => x)))),
  b: constants(numbers(special.flatMap(() => special))),
};

const binary = {
  add: ops.add,
  subtract: ops.subtract,
  multiply: ops.multiply,
  divide: ops.divide,
  maximum: ops.maximum,
  minimum: ops.minimum,
  equal: ops.equal,
  less: ops.less,
  lessEqual: ops.lessEqual,
  greater: ops.greater,
  greaterEqual: ops.greaterEqual,
};

const unary = {
  negate: ops.negate,
  exp: ops.exp,
  log: ops.log,
  sqrt: ops.sqrt,
  reciprocal: ops.reciprocal,
  tanh: ops.tanh,
  sigmoid: ops.sigmoid,
  erf: ops.erf,
  absolute: ops.absolute,
};

function forward(name: string, inputs: Readonly<Record<string, CaseInput>>, build: Case["build"]) {
  const kept = Object.entries(inputs).map(([key, input]) => [key, constants(input)]);
  return caseOf(`non-finite: ${name}`, Object.fromEntries(kept), build);
}

const rows = numbers([1, nan, 2, 3, inf, 4, -inf, -inf, -inf, 5, 6, 7], [4, 3]);
const x = numbers(special);

export const nonFiniteCases: readonly Case[] = [
  ...Object.entries(binary).map(([name, apply]) =>
    forward(name, pairs, ({ a, b }) => apply(a!, b!)),
  ),
  ...Object.entries(unary).map(([name, apply]: [string, (x: Value) => Value]) =>
    forward(name, { x }, ({ x }) => apply(x!)),
  ),
  forward("sum by rows", { rows }, ({ rows }) => ops.sum(rows!, [1])),
  forward("sum by columns", { rows }, ({ rows }) => ops.sum(rows!, [0])),
  forward("max by rows: not-a-number wins", { rows }, ({ rows }) => ops.max(rows!, [1])),
  forward("max by columns: not-a-number wins", { rows }, ({ rows }) => ops.max(rows!, [0])),
  forward(
    "max of a long row with one not-a-number, whatever its place",
    {
      x: numbers(
        Array.from({ length: 5 * 67 }, (_, i) => (i % 68 === 0 ? nan : i)),
        [5, 67],
      ),
    },
    ({ x }) => ops.max(x!, [1]),
  ),
  forward(
    "a product's other rows stay finite",
    { a: rows, b: numbers([1, 2, 3, 4, 5, 6], [3, 2]) },
    ({ a, b }) => ops.matmul(a!, b!),
  ),
  forward(
    "select takes nothing from what it does not choose",
    { x, condition: { shape: [8], dtype: "bool", data: Uint8Array.of(1, 1, 1, 0, 0, 0, 1, 1) } },
    ({ x, condition }) => ops.select(condition!, x!, 0),
  ),
  forward("gather reads only its rows", { rows, at: integers([3, 3, 1]) }, ({ rows, at }) =>
    ops.gather(rows!, at!),
  ),
  forward("scatterAdd spoils only its rows", { rows, at: integers([0, 2, 2, 1]) }, ({ rows, at }) =>
    ops.scatterAdd(at!, rows!, 4),
  ),
  forward("takeAlongLast reads one element", { rows, at: integers([0, 2, 1, 0]) }, ({ rows, at }) =>
    ops.takeAlongLast(rows!, at!),
  ),
  forward(
    "placeAlongLast leaves zeros beside",
    { x, at: integers([0, 1, 2, 3, 4, 0, 1, 2]) },
    ({ x, at }) => ops.placeAlongLast(at!, x!, 5),
  ),
  forward("pad puts zeros around", { rows }, ({ rows }) => ops.pad(rows!, 1, 1, 1)),
  forward("not-a-number is true", { x }, ({ x }) => ops.cast(x!, "bool")),
  forward("softmax of rows", { rows }, ({ rows }) => ops.softmax(rows!)),
  forward(
    "softmax masked by minus infinity",
    { x: numbers([1, -inf, 2, -inf, -inf, 3], [2, 3]) },
    ({ x }) => ops.softmax(x!),
  ),
  forward("a loss shows one not-a-number", { rows, targets: integers([0, 1, 2, 0]) }, (inputs) => ({
    loss: ops.softmaxCrossEntropy(inputs.rows!, inputs.targets!).lossSum,
    finite: ops.softmaxCrossEntropy(
      ops.slice(inputs.rows!, 0, 3, 4),
      ops.slice(inputs.targets!, 0, 3, 4),
    ).lossSum,
  })),
  forward(
    "an ignored row spoils no loss",
    { rows, targets: integers([-100, -100, -100, 1]) },
    ({ rows, targets }) => ops.softmaxCrossEntropy(rows!, targets!).lossSum,
  ),
  forward("norms keep to their rows", { rows, gain: numbers([1, 2, 3]) }, ({ rows, gain }) => ({
    layer: ops.layerNorm(rows!, gain!, null, 1e-5),
    rootMeanSquare: ops.rmsNorm(rows!, gain!, 1e-5),
  })),
  forward(
    "attention sees no later position, whatever stands there",
    {
      query: numbers([1, 2, 3, 4], [1, 1, 4, 1]),
      key: numbers([1, -1, 2, nan], [1, 1, 4, 1]),
      value: numbers([1, 2, 3, 4], [1, 1, 4, 1]),
    },
    ({ query, key, value }) =>
      ops.causalAttention({ query: query!, key: key!, value: value!, blockSize: 2 }),
  ),
  forward("the norm of all gradients shows one not-a-number", { rows, x }, ({ rows, x }) => ({
    spoilt: ops.globalNorm([rows!, x!]),
    finite: ops.globalNorm([ops.slice(x!, 0, 0, 3)]),
  })),
];
