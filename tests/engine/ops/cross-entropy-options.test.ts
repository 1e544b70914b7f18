/** Label smoothing and z-loss, against their formulas in double precision and against finite differences. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Graph, ops, startEngine, type Value } from "../../../engine/index.ts";
import { checkGradients, randomFloats, randomInput, runGradients } from "../finite-differences.ts";

const [rows, classes, width] = [6, 9, 4];
const targets = Int32Array.of(3, 0, -100, 8, 5, -100);
const options = { smoothing: 0.1, zLoss: 1e-2 };
const logits = randomFloats(rows * classes, 1, [-3, 3]);
const { engine } = await startEngine("onnx", { threads: 1 });

/** As `F.cross_entropy(logits, targets, label_smoothing, reduction="sum")` and PaLM's `z * log(Z) ** 2`. */
function published(values: Float32Array, smoothing: number, zLoss: number): number {
  let total = 0;
  for (const [row, target] of targets.entries()) {
    if (target === -100) continue;
    const own = [...values.subarray(row * classes, (row + 1) * classes)];
    const normaliser = Math.log(own.reduce((sum, value) => sum + Math.exp(value), 0));
    const losses = own.map((value) => normaliser - value);
    const all = losses.reduce((sum, each) => sum + each, 0) / classes;
    total += (1 - smoothing) * losses[target]! + smoothing * all + zLoss * normaliser ** 2;
  }
  return total;
}

const input = { shape: [rows, classes], data: logits };

for (const [name, given] of Object.entries({
  smoothing: { smoothing: 0.1 },
  "z-loss": { zLoss: 1e-2 },
  both: options,
})) {
  test(`${name}: the published loss, and its gradient by finite differences`, () => {
    const build = (graph: Graph, { x }: Readonly<Record<string, Value>>) =>
      ops.softmaxCrossEntropy(x!, graph.constant(targets, [rows], "int32"), given).lossSum;
    const { loss } = checkGradients(engine, build, { x: input }, { tolerance: 1e-4 });
    const { smoothing = 0, zLoss = 0 } = given as Partial<typeof options>;
    assert.ok(Math.abs(loss - published(logits, smoothing, zLoss)) < 1e-5, `${loss}`);
  });
}

test("without them the graph is the plain loss's", () => {
  const build =
    (given: object) =>
    (graph: Graph, { x }: Readonly<Record<string, Value>>) =>
      ops.softmaxCrossEntropy(x!, graph.constant(targets, [rows], "int32"), given).lossSum;
  const [plain, zero] = [{}, { smoothing: 0, zLoss: 0 }].map((given) =>
    runGradients(engine, build(given), { x: input }, ["x"]),
  );
  assert.equal(zero, plain);
});

test("a head in parts gives what one in a piece gives", () => {
  const inputs = {
    hidden: randomInput([rows, width], 2),
    weight: randomInput([classes, width], 3),
  };
  const whole = (graph: Graph, { hidden, weight }: Readonly<Record<string, Value>>) => {
    const product = ops.linear(hidden!, weight!, null);
    return ops.softmaxCrossEntropy(product, graph.constant(targets, [rows], "int32"), options)
      .lossSum;
  };
  const parts = (graph: Graph, { hidden, weight }: Readonly<Record<string, Value>>) =>
    ops.linearCrossEntropy(hidden!, weight!, graph.constant(targets, [rows], "int32"), {
      ...options,
      chunks: 3,
    }).lossSum;
  const [one, other] = [whole, parts].map((build) =>
    runGradients(engine, build, inputs, ["hidden", "weight"]),
  );
  assert.ok(Math.abs(one!.loss - other!.loss) < 1e-5);
  for (const name of ["hidden", "weight"]) {
    for (const [i, value] of one!.gradients[name]!.entries()) {
      assert.ok(Math.abs(value - other!.gradients[name]![i]!) < 1e-5, `${name}[${i}]`);
    }
  }
});

test("what is out of range is refused", () => {
  const build = (graph: Graph, { x }: Readonly<Record<string, Value>>) =>
    ops.softmaxCrossEntropy(x!, graph.constant(targets, [rows], "int32"), { smoothing: 1 }).lossSum;
  assert.throws(() => runGradients(engine, build, { x: input }, ["x"]), /smoothing 1, z-loss 0/);
});

test.run();
