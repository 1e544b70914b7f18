/** The composites: their values where a definition is short, and their gradients by finite differences. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { Graph, GraphError, ops, type Value } from "../../../engine/index.ts";
import { evaluate, expandComposites } from "../../../engine/passes/index.ts";
import { startReference } from "../../../engine/tfjs/index.ts";
import {
  type CheckedInput,
  checkGradients,
  randomInput,
  weightedSum,
} from "../finite-differences.ts";

const engine = startReference();
type Values = Readonly<Record<string, Value>>;

function check(
  name: string,
  inputs: Readonly<Record<string, CheckedInput>>,
  build: (inputs: Values) => Value,
  tolerance = 2e-5,
): void {
  test(`gradients: ${name}`, () => {
    checkGradients(engine, (_graph, values) => weightedSum(build(values)), inputs, { tolerance });
  });
}

const vector = (size: number, seed: number) => randomInput([size], seed, [0.5, 1.5]);
const integers = (data: readonly number[], shape: readonly number[] = [data.length]) => ({
  shape,
  data: Int32Array.from(data),
});

const layer = { x: randomInput([2, 3, 5], 1), weight: randomInput([7, 5], 2) };
check("linear", layer, ({ x, weight }) => ops.linear(x!, weight!, null));
check("linear with bias", { ...layer, bias: randomInput([7], 3) }, ({ x, weight, bias }) =>
  ops.linear(x!, weight!, bias!),
);
check("linear of one vector", { ...layer, x: randomInput([5], 4) }, ({ x, weight }) =>
  ops.linear(x!, weight!, null),
);
check(
  "embedding",
  { table: randomInput([6, 3], 5), ids: integers([1, 5, 1, 0], [2, 2]) },
  ({ table, ids }) => ops.embedding(table!, ids!),
);

for (const shape of [[2, 3, 5], [1, 4], [6]]) {
  const width = shape.at(-1)!;
  const x = randomInput(shape, 6, [-1, 3]);
  const gain = vector(width, 7);
  const bias = randomInput([width], 8);
  check(`layerNorm of [${shape}]`, { x, gain, bias }, ({ x, gain, bias }) =>
    ops.layerNorm(x!, gain!, bias!, 1e-5),
  );
  check(`layerNorm of [${shape}] without bias`, { x, gain }, ({ x, gain }) =>
    ops.layerNorm(x!, gain!, null, 1e-5),
  );
  check(`rmsNorm of [${shape}]`, { x, gain }, ({ x, gain }) => ops.rmsNorm(x!, gain!, 1e-6));
  check(`rmsNorm of [${shape}], gains as differences from 1`, { x, gain: bias }, ({ x, gain }) =>
    ops.rmsNorm(x!, gain!, 1e-6, { gainOffset: 1 }),
  );
}
check(
  "rmsNorm of a frozen gain",
  { x: randomInput([3, 4], 9), gain: { ...vector(4, 10), constants: true } },
  ({ x, gain }) => ops.rmsNorm(x!, gain!, 1e-6),
);

const constants = (input: CheckedInput) => ({ ...input, constants: true });
for (const [name, table] of Object.entries({
  "rope by position": [3, 2],
  "rope by batch row and position": [2, 1, 3, 2],
})) {
  for (const width of [4, 7]) {
    const tables = {
      cosine: constants(randomInput(table, 11)),
      sine: constants(randomInput(table, 12)),
    };
    check(
      `${name}, ${width === 4 ? "the whole vector" : "part of the vector"}`,
      { x: randomInput([2, 2, 3, width], 13), ...tables },
      ({ x, cosine, sine }) => ops.rope(x!, cosine!, sine!),
    );
  }
}

for (const axis of [-1, 0, 1]) {
  check(`softmax along ${axis}`, { x: randomInput([2, 3, 5], 14, [-3, 3]) }, ({ x }) =>
    ops.softmax(x!, axis),
  );
}
check("softmax of one element", { x: randomInput([3, 1], 15) }, ({ x }) => ops.softmax(x!));
check("logSumExp", { x: randomInput([3, 5], 16, [-3, 3]) }, ({ x }) => ops.logSumExp(x!));

const activations = { gelu: ops.gelu, geluNew: ops.geluNew, silu: ops.silu };
for (const [name, activation] of Object.entries(activations)) {
  check(name, { x: randomInput([5, 7], 17, [-4, 4]) }, ({ x }) => activation(x!));
}
check("softcap", { x: randomInput([9], 20, [-9, 9]) }, ({ x }) => ops.softcap(x!, 3));
check("globalNorm", { a: randomInput([3, 2], 21), b: randomInput([4], 22) }, ({ a, b }) =>
  ops.globalNorm([a!, b!]),
);

const targets = integers([2, -100, 0, 4, -100]);
const logits = randomInput([5, 6], 23, [-3, 3]);
check(
  "softmaxCrossEntropy with ignored rows",
  { logits, targets },
  ({ logits, targets }) => ops.softmaxCrossEntropy(logits!, targets!).lossSum,
);
check("softmaxCrossEntropy, the mean", { logits, targets }, ({ logits, targets }) => {
  const { lossSum, count } = ops.softmaxCrossEntropy(logits!, targets!);
  return ops.divide(lossSum, ops.maximum(count, 1));
});
for (const chunks of [1, 2, 5]) {
  const head = { hidden: randomInput([5, 3], 24), weight: randomInput([6, 3], 25), targets };
  check(`linearCrossEntropy in ${chunks} chunks`, head, ({ hidden, weight, targets }) =>
    ops.multiply(ops.linearCrossEntropy(hidden!, weight!, targets!, { chunks }).lossSum, 0.3),
  );
}

for (const chunks of [1, 2]) {
  const head = { hidden: randomInput([5, 3], 24, [-2, 2]), weight: randomInput([6, 3], 25) };
  check(
    `linearCrossEntropy of capped logits with bias in ${chunks} chunks`,
    { ...head, bias: randomInput([6], 28), targets },
    ({ hidden, weight, bias, targets }) => {
      const options = { chunks, bias: bias!, softcap: 1.5 };
      return ops.linearCrossEntropy(hidden!, weight!, targets!, options).lossSum;
    },
  );
}
check(
  "pickRows",
  { matrix: randomInput([4, 3], 29), rows: integers([3, -1, 0, 2, -1]) },
  ({ matrix, rows }) => ops.pickRows(matrix!, rows!),
);

test("with every label ignored the loss is 0, and so are all gradients", () => {
  const ignoreIndex = integers([7, 7, 7]);
  const build = (_graph: Graph, { hidden, weight, targets }: Values) => {
    const options = { ignoreIndex: 7, chunks: 2 };
    const { lossSum, count } = ops.linearCrossEntropy(hidden!, weight!, targets!, options);
    return ops.divide(lossSum, ops.maximum(count, 1));
  };
  const inputs = {
    hidden: randomInput([3, 2], 26),
    weight: randomInput([4, 2], 27),
    targets: ignoreIndex,
  };
  const { loss, gradients } = checkGradients(engine, build, inputs);
  assert.is(loss, 0);
  for (const gradient of Object.values(gradients)) assert.ok(gradient.every((x) => x === 0));
});

/** The outputs of a small graph in double precision. */
function run(build: (graph: Graph) => Readonly<Record<string, Value>>, feeds = {}) {
  const graph = new Graph();
  for (const [name, value] of Object.entries(build(graph))) graph.output(name, value);
  return evaluate(expandComposites(graph), feeds);
}
const floats = (graph: Graph, ...data: number[]) =>
  graph.constant(Float32Array.from(data), [data.length], "float32");

test("softmax and its normaliser do not overflow", () => {
  const { weights, total } = run((graph) => {
    const x = floats(graph, 1000, 1000, -1000);
    return { weights: ops.softmax(x), total: ops.logSumExp(x) };
  });
  assert.equal([...weights!], [0.5, 0.5, 0]);
  assert.ok(Math.abs(total![0]! - 1000 - Math.LN2) < 1e-9);
});

test("a layer norm's rows have mean 0 and variance 1", () => {
  const { out } = run((graph) => {
    const x = floats(graph, 3, 5, 9, 11);
    const one = floats(graph, 1, 1, 1, 1);
    return { out: ops.layerNorm(x, one, null, 0) };
  });
  assert.ok(Math.abs(out!.reduce((a, b) => a + b)) < 1e-12);
  assert.ok(Math.abs(out!.reduce((a, b) => a + b * b, 0) - 4) < 1e-12);
});

test("rope turns element i with element i + half", () => {
  const { out } = run((graph) => {
    const x = ops.reshape(floats(graph, 1, 2, 3, 4, 5), [1, 1, 1, 5]);
    const cosine = ops.reshape(floats(graph, 0, 1), [1, 2]);
    const sine = ops.reshape(floats(graph, 1, 0), [1, 2]);
    return { out: ops.rope(x, cosine, sine) };
  });
  assert.equal([...out!], [-3, 2, 1, 4, 5]);
});

test("the approximated gelu is the one by tanh", () => {
  const { out } = run((graph) => ({ out: ops.geluNew(floats(graph, -2, 0.5, 3)) }));
  for (const [i, x] of [-2, 0.5, 3].entries()) {
    const inner = Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3);
    assert.ok(Math.abs(out![i]! - 0.5 * x * (1 + Math.tanh(inner))) < 1e-7);
  }
});

test("a step of AdamW is the published one, whether its scalars are numbers or values", () => {
  const numbers = {
    learningRate: 0.01,
    beta1: 0.9,
    beta2: 0.95,
    epsilon: 1e-8,
    weightDecay: 0.1,
    biasCorrection1: 1 - 0.9 ** 3,
    biasCorrection2: 1 - 0.95 ** 3,
    gradientScale: 0.5,
  };
  const [p, g, m, v] = [0.7, -0.4, 0.05, 0.02];
  const scaled = g! * 0.5;
  const nextM = 0.9 * m! + 0.1 * scaled;
  const nextV = 0.95 * v! + 0.05 * scaled ** 2;
  const denominator = Math.sqrt(nextV / (1 - 0.95 ** 3)) + 1e-8;
  const nextP = p! * (1 - 0.01 * 0.1) - (0.01 * nextM) / (1 - 0.9 ** 3) / denominator;
  for (const asValues of [false, true]) {
    const result = run((graph) => {
      const scalars = Object.fromEntries(
        Object.entries(numbers).map(([key, x]) => [key, asValues ? graph.scalar(x) : x]),
      ) as typeof numbers;
      const [parameter, gradient, first, second] = [p!, g!, m!, v!].map((x) => floats(graph, x));
      return {
        ...ops.adamwStep({
          parameter: parameter!,
          gradient: gradient!,
          m: first!,
          v: second!,
          ...scalars,
        }),
      };
    });
    assert.ok(Math.abs(result.m![0]! - nextM) < 1e-8);
    assert.ok(Math.abs(result.v![0]! - nextV) < 1e-8);
    assert.ok(Math.abs(result.parameter![0]! - nextP) < 1e-7);
  }
});

test("operands that do not fit are refused, with what was needed and what came", () => {
  const graph = new Graph();
  const x = graph.input("x", [2, 3]);
  const ids = graph.input("ids", [2], "int32");
  const refusals: readonly (readonly [() => unknown, RegExp])[] = [
    [
      () => ops.linear(x, graph.input("w", [4, 2])),
      /linear: needs .*float32\[2, 3\], float32\[4, 2\]/,
    ],
    [() => ops.layerNorm(x, graph.input("g", [2]), null, 1e-5), /layerNorm: needs/],
    [() => ops.rmsNorm(x, x, 1e-5), /rmsNorm: needs/],
    [() => ops.embedding(x, x), /embedding: needs .*int32 ids/],
    [() => ops.rope(x, x, x), /rope: needs x \[batch, heads, sequence, headDim\]/],
    [() => ops.softmax(ids), /softmax: needs float32/],
    [() => ops.softcap(x, 0), /positive cap, got 0/],
    [() => ops.softmaxCrossEntropy(x, graph.input("t", [3], "int32")), /int32\[n\] targets/],
    [() => ops.linearCrossEntropy(x, x, ids, { chunks: 3 }), /2 rows in 3 chunks/],
    [() => ops.linearCrossEntropy(x, x, ids, { bias: x }), /needs a bias \[2\], got \[2, 3\]/],
    [() => ops.linearCrossEntropy(x, x, ids, { softcap: -1 }), /logits capped at -1/],
    [() => ops.pickRows(x, x), /pickRows: needs .*int32\[picked\]/],
    [() => ops.globalNorm([]), /no tensors/],
  ];
  for (const [attempt, message] of refusals) {
    assert.throws(attempt, (error: unknown) => {
      assert.instance(error, GraphError);
      assert.match((error as Error).message, message);
      assert.match((error as Error).message, /composites\.test\.ts:\d+/);
      return true;
    });
  }
});

test.run();
