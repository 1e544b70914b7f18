/** What training adds to the loss and keeps beside the weights, each against an independent computation. */
import seedrandom from "seedrandom";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Batch } from "../../data/index.ts";
import { Graph, ops, startEngine } from "../../engine/index.ts";
import { initialWeights, Model } from "../../models/index.ts";
import { averageDecayAt, Trainer, type TrainerOptions } from "../../trainers/index.ts";
import { DropoutMasks, noiseInputs } from "../../trainers/step/dropout.ts";
import { llamaLike } from "../models/configs.ts";
import { constantRate } from "../testing/constant-rate.ts";

const { engine } = await startEngine("onnx", { threads: 1 });

const options = constantRate(3e-3);

function makeTrainer(change: Partial<TrainerOptions>): Trainer {
  const weights = initialWeights(llamaLike, { seed: 1, std: 0.2 });
  return new Trainer(new Model(engine, llamaLike, weights), { ...options, ...change });
}

function batchOf(seed: string): Batch {
  const random = seedrandom(seed);
  const size = 4 * 16;
  const ids = () => Int32Array.from({ length: size }, () => Math.floor(random() * 29));
  return {
    batchSize: 4,
    sequenceLength: 16,
    targetCount: size,
    samples: 4,
    tokens: ids(),
    targets: ids(),
    positions: Int32Array.from({ length: size }, (_, i) => i % 16),
    segments: new Int32Array(size).fill(1),
  };
}

const near = (found: number, wanted: number, tolerance: number, what = "") =>
  assert.ok(Math.abs(found - wanted) <= tolerance, `${what} ${found}, not ${wanted}`);

test("label smoothing and z-loss add in proportion to training, and nothing to evaluation", () => {
  const batch = batchOf("loss");
  const lossOf = (change: Partial<TrainerOptions>) => {
    const trainer = makeTrainer(change);
    const evaluated = trainer.evaluate([batch]).loss;
    const { loss } = trainer.step([batch]);
    trainer.dispose();
    return { evaluated, loss };
  };
  const plain = lossOf({});
  near(plain.loss, plain.evaluated, 1e-5);
  for (const key of ["labelSmoothing", "zLoss"] as const) {
    const [one, two] = [0.1, 0.2].map((value) => lossOf({ [key]: value }));
    assert.ok(one!.loss - plain.loss > 1e-3, `${key} adds ${one!.loss - plain.loss}`);
    near(two!.loss - plain.loss, 2 * (one!.loss - plain.loss), 2e-6, key);
    assert.is(one!.evaluated, plain.evaluated);
  }
});

test("NEFTune's noise is uniform, as large as published, and follows from the seed", () => {
  const shape = [4, 32, 48];
  const noise = (seed: string) => {
    const graph = new Graph();
    const x = ops.multiply(graph.input("x", shape), 1);
    graph.output("y", noiseInputs(graph, 5)(x));
    const masks = new DropoutMasks(engine, graph);
    masks.draw(seed);
    const type = { dtype: "float32", shape } as const;
    const y = engine.buffer(type);
    engine.compile(graph).run({ x: engine.buffer(type), ...masks.buffers }, { y });
    return Float32Array.from(y.read());
  };
  const values = noise("a");
  // transformers: uniform_(-m, m) with m = alpha / sqrt(length * width).
  const most = 5 / Math.sqrt(32 * 48);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const square = values.reduce((sum, value) => sum + value ** 2, 0) / values.length;
  near(Math.max(...values), most, 1e-6);
  near(Math.min(...values), -most, 1e-6);
  near(mean, 0, 0.03 * most);
  near(Math.sqrt(square), most / Math.sqrt(3), 0.02 * most);
  assert.equal(noise("a"), values);
  assert.not.equal(noise("b"), values);
});

test("NEFTune changes what is learnt from, not what is evaluated", () => {
  const batch = batchOf("noise");
  const [plain, noisy] = [0, 5].map((neftuneAlpha) =>
    makeTrainer({ neftuneAlpha, dropout: { rate: 0, seed: 1 } }),
  );
  assert.is(noisy!.evaluate([batch]).loss, plain!.evaluate([batch]).loss);
  assert.is.not(noisy!.step([batch]).loss, plain!.step([batch]).loss);
});

test("the average of the weights is that of ema-pytorch, and its place is taken back", () => {
  const average = { decay: 0.9, after: 3, every: 2 };
  const trainer = makeTrainer({ average });
  const name = "layers.0.feedForward.up.weight";
  const weight = trainer.model.parameters.get(name)!;
  let wanted = Float64Array.from(weight.read());
  for (let step = 1; step <= 12; step++) {
    trainer.step([batchOf(`${step}`)]);
    const now = weight.read();
    if (step <= 3) wanted = Float64Array.from(now);
    else if (step % 2 === 0) {
      // get_current_decay(): power 2/3, inv_gamma 1.
      const decay = Math.min(0.9, 1 - (1 + (step - 3 - 1)) ** (-2 / 3));
      near(averageDecayAt(step, average), decay, 0);
      wanted = wanted.map((value, i) => decay * value + (1 - decay) * now[i]!);
    }
  }
  const own = weight.read().slice();
  const found = trainer.withAverage(() => weight.read().slice());
  for (const [i, value] of wanted.entries()) near(found[i]!, value, 1e-6, `${i}:`);
  assert.not.equal(found, own);
  assert.equal(weight.read(), own);
  const failing = () =>
    trainer.withAverage(() => {
      throw new Error("while evaluating");
    });
  assert.throws(failing, /while evaluating/);
  assert.equal(weight.read(), own);
});

test("a resumed average goes on to the same bits", () => {
  const average = { decay: 0.9, after: 2, every: 1 };
  const [whole, first] = [makeTrainer({ average }), makeTrainer({ average })];
  for (const trainer of [whole, first]) {
    for (let step = 1; step <= 4; step++) trainer.step([batchOf(`${step}`)]);
  }
  const saved = new Map([...first.state()].map(([key, buffer]) => [key, buffer.read().slice()]));
  const second = new Trainer(new Model(engine, llamaLike, first.model.weights()), {
    ...options,
    average,
  });
  second.restore(4, (key) => saved.get(key)!);
  for (const trainer of [whole, second]) trainer.step([batchOf("5")]);
  for (const [key, buffer] of whole.state()) {
    assert.equal(second.state().get(key)!.read(), buffer.read(), key);
  }
});

test("without an average there is none to evaluate", () => {
  const trainer = makeTrainer({});
  assert.is(trainer.keepsAverage, false);
  assert.throws(() => trainer.withAverage(() => 0), /no average/);
});

test.run();
