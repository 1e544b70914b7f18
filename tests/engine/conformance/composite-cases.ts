/** The composites but attention: what the engine makes of them against their expansions, values and gradients. */
import { ops } from "../../../engine/index.ts";
import { type Case, caseOf, constants, floats, indices, integers } from "./case.ts";

const widths = [1, 5, 64, 333];

const normCases = widths.flatMap((width) => {
  const x = floats([2, 3, width], 40, [-1, 3]);
  const gain = floats([width], 41, [0.5, 1.5]);
  const bias = floats([width], 42);
  return [
    caseOf(
      `layerNorm of width ${width}`,
      { x, gain, bias },
      ({ x, gain, bias }) => ops.layerNorm(x!, gain!, bias!, 1e-2),
      { tolerance: 5e-5 },
    ),
    caseOf(
      `layerNorm of width ${width} without bias`,
      { x, gain },
      ({ x, gain }) => ops.layerNorm(x!, gain!, null, 1e-2),
      { tolerance: 5e-5 },
    ),
    caseOf(
      `rmsNorm of width ${width}`,
      { x, gain },
      ({ x, gain }) => ops.rmsNorm(x!, gain!, 1e-2),
      { tolerance: 5e-5 },
    ),
    caseOf(
      `rmsNorm of width ${width}, gains from 1`,
      { x, gain: bias },
      ({ x, gain }) => ops.rmsNorm(x!, gain!, 1e-2, { gainOffset: 1 }),
      { tolerance: 5e-5 },
    ),
  ];
});

const linearCases = [[5], [1, 5], [2, 3, 5], [2, 129, 5]].flatMap((shape) => {
  const operands = { x: floats(shape, 43), weight: floats([7, 5], 44) };
  return [
    caseOf(`linear of [${shape}]`, operands, ({ x, weight }) => ops.linear(x!, weight!)),
    caseOf(
      `linear of [${shape}] with bias`,
      { ...operands, bias: floats([7], 45) },
      ({ x, weight, bias }) => ops.linear(x!, weight!, bias!),
    ),
    caseOf(
      `linear of [${shape}] with a frozen weight`,
      { ...operands, weight: constants(operands.weight) },
      ({ x, weight }) => ops.linear(x!, weight!),
    ),
  ];
});

const activationCases = Object.entries({
  gelu: ops.gelu,
  geluNew: ops.geluNew,
  silu: ops.silu,
  softplus: ops.softplus,
}).map(([name, apply]) =>
  caseOf(name, { x: floats([3, 5, 67], 46, [-6, 6]) }, ({ x }) => apply(x!)),
);

const softmaxCases = [
  ...[[1], [7], [3, 1], [2, 3, 5], [2, 1031]].flatMap((shape) => {
    const x = floats(shape, 49, [-8, 8]);
    return [
      caseOf(`softmax of [${shape}]`, { x }, ({ x }) => ops.softmax(x!)),
      caseOf(`logSumExp of [${shape}]`, { x }, ({ x }) => ops.logSumExp(x!)),
    ];
  }),
  caseOf("softmax along the first axis", { x: floats([3, 5], 50) }, ({ x }) => ops.softmax(x!, 0)),
  caseOf(
    "softmax of numbers beyond exp",
    { x: floats([3, 5], 51, [500, 900]) },
    ({ x }) => ops.softmax(x!),
    { tolerance: 1e-4 },
  ),
  caseOf("softcap", { x: floats([9, 7], 52, [-90, 90]) }, ({ x }) => ops.softcap(x!, 30)),
];

const tables = {
  "by position": [5, 2],
  "by row of the batch and position": [2, 1, 5, 2],
  "by position, one row for all": [1, 1, 5, 2],
};
const ropeCases = Object.entries(tables).flatMap(([name, shape]) =>
  [4, 7].map((width) =>
    caseOf(
      `rope ${name}, ${width === 4 ? "the whole vector" : "a part of the vector"}`,
      {
        x: floats([2, 3, 5, width], 53),
        cosine: constants(floats(shape, 54)),
        sine: constants(floats(shape, 55)),
      },
      ({ x, cosine, sine }) => ops.rope(x!, cosine!, sine!),
    ),
  ),
);

const targets = {
  "all counted": [2, 0, 4, 1, 5],
  "some ignored": [2, -100, 0, 5, -100],
  "all ignored": [-100, -100, -100, -100, -100],
};
const lossCases = Object.entries(targets).flatMap(([name, rows]) => [
  caseOf(
    `softmaxCrossEntropy, ${name}`,
    { logits: floats([5, 6], 59, [-4, 4]), targets: integers(rows) },
    ({ logits, targets }) => ops.softmaxCrossEntropy(logits!, targets!).lossSum,
  ),
  caseOf(
    `how many count, ${name}`,
    { logits: constants(floats([5, 6], 59)), targets: integers(rows) },
    ({ logits, targets }) => ops.softmaxCrossEntropy(logits!, targets!).count,
  ),
  ...[1, 2, 5].map((chunks) =>
    caseOf(
      `linearCrossEntropy in ${chunks} chunks, ${name}`,
      { hidden: floats([5, 3], 60), weight: floats([6, 3], 61), targets: integers(rows) },
      ({ hidden, weight, targets }) =>
        ops.linearCrossEntropy(hidden!, weight!, targets!, { chunks }).lossSum,
    ),
  ),
  ...[1, 2].map((chunks) =>
    caseOf(
      `linearCrossEntropy of capped logits with bias in ${chunks} chunks, ${name}`,
      {
        hidden: floats([5, 3], 60, [-2, 2]),
        weight: floats([6, 3], 61),
        bias: floats([6], 66),
        targets: integers(rows),
      },
      ({ hidden, weight, bias, targets }) =>
        ops.linearCrossEntropy(hidden!, weight!, targets!, { chunks, bias: bias!, softcap: 1.5 })
          .lossSum,
    ),
  ),
]);
const longLossCases = [
  caseOf(
    "softmaxCrossEntropy over a large vocabulary",
    { logits: floats([3, 2053], 62, [-9, 9]), targets: indices([3], 2053, 63) },
    ({ logits, targets }) => ops.softmaxCrossEntropy(logits!, targets!).lossSum,
  ),
];

const embeddingCases = [
  caseOf(
    "embedding with repeated ids",
    { table: floats([11, 7], 64), ids: indices([3, 17], 11, 65) },
    ({ table, ids }) => ops.embedding(table!, ids!),
  ),
];

/** Some rows in another order, places left empty; all empty; more places than rows. */
const picks = {
  some: [4, -1, 0, 2, -1],
  none: [-1, -1],
  "more than there are": [1, 0, -1, 4, 3, 2, -1],
};
const pickCases = Object.entries(picks).map(([name, rows]) =>
  caseOf(
    `pickRows: ${name}`,
    { matrix: floats([5, 7], 77), rows: integers(rows) },
    ({ matrix, rows }) => ops.pickRows(matrix!, rows!),
  ),
);

const stepCases = [
  caseOf(
    "adamwStep with scalars that are fed",
    {
      parameter: constants(floats([5, 7], 68)),
      gradient: constants(floats([5, 7], 69)),
      m: constants(floats([5, 7], 70)),
      v: constants(floats([5, 7], 71, [0.01, 1])),
      learningRate: constants(floats([], 72, [0.01, 0.02])),
    },
    ({ parameter, gradient, m, v, learningRate }) => {
      const next = ops.adamwStep({
        parameter: parameter!,
        gradient: gradient!,
        m: m!,
        v: v!,
        learningRate: learningRate!,
        beta1: 0.9,
        beta2: 0.95,
        epsilon: 1e-8,
        weightDecay: 0.1,
        biasCorrection1: 0.5,
        biasCorrection2: 0.25,
        gradientScale: 0.5,
      });
      return { ...next };
    },
  ),
  caseOf("globalNorm", { a: floats([5, 7], 73), b: floats([3], 74) }, ({ a, b }) =>
    ops.globalNorm([a!, b!]),
  ),
];

const matrixCases = [
  ...[1, 2, 3, 8, 13].map((size) =>
    caseOf(
      `triangularInverse of [2, 3, ${size}, ${size}]`,
      { x: floats([2, 3, size, size], 60) },
      ({ x }) => ops.triangularInverse(x!),
      // A matrix of one row has no part below the diagonal.
      { tolerance: 5e-5, hasGradient: size > 1 },
    ),
  ),
  caseOf("split in three along the middle axis", { x: floats([2, 6, 5], 61) }, ({ x }) =>
    Object.fromEntries(ops.split(x!, 1, 3).map((part, i) => [`part${i}`, part])),
  ),
  caseOf("split of which a part is used", { x: floats([6, 5], 62) }, ({ x }) => {
    const [first, , last] = ops.split(x!, 0, 3);
    return ops.multiply(first!, last!);
  }),
];

export const compositeCases: readonly Case[] = [
  ...normCases,
  ...linearCases,
  ...activationCases,
  ...softmaxCases,
  ...ropeCases,
  ...lossCases,
  ...longLossCases,
  ...embeddingCases,
  ...pickCases,
  ...matrixCases,
  ...stepCases,
];
