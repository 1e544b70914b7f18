/** What a run does where numbers or memory run out: skips, stops, names the samples, says what to change. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Batch, layOut, type Sample } from "../../data/index.ts";
import { startEngine } from "../../engine/index.ts";
import { initialWeights, Model } from "../../models/index.ts";
import { SpikeDetector } from "../../trainers/guards/spikes.ts";
import {
  DivergenceError,
  isOutOfMemory,
  memoryAdvice,
  Trainer,
  type TrainerOptions,
} from "../../trainers/index.ts";
import { llamaLike } from "../models/configs.ts";
import { constantRate } from "../testing/constant-rate.ts";

const { engine } = await startEngine("onnx", { threads: 1 });
const config = { ...llamaLike, tieEmbeddings: false };

const options = constantRate(1e-2, { weightDecay: 0 });

function makeTrainer(change: Partial<TrainerOptions>): Trainer {
  return new Trainer(new Model(engine, config, initialWeights(config, { seed: 1, std: 0.2 })), {
    ...options,
    ...change,
  });
}

/** Sample i repeats one token: easily learnt. */
const sampleOf = (token: number): Sample => ({
  tokens: new Int32Array(8).fill(token),
  drawingStart: 0,
});

/** Rows of two samples, which the batch knows by the token that they repeat. */
function batchOf(rows: readonly (readonly number[])[]): Batch {
  const shape = { rows: rows.length, sequenceLength: 16, pad: 0 };
  const laid = layOut(
    rows.map((row) => row.map(sampleOf)),
    shape,
    "sample",
  );
  const shown = rows.map((row) => row.map((sample) => ({ sample, caption: 0, drawing: 0 })));
  return { ...laid, shown };
}

const usual = batchOf([
  [1, 2],
  [3, 4],
  [5, 6],
]);
/** With one sample that is not like what was learnt. */
const odd = batchOf([
  [1, 2],
  [3, 27],
  [5, 6],
]);

/** Makes every pass that reads this token give no number. */
function poison(trainer: Trainer, token: number): void {
  const table = trainer.model.parameters.get("embedding.weight")!;
  const values = table.read().slice();
  values.fill(Number.NaN, token * config.hiddenSize, (token + 1) * config.hiddenSize);
  table.write(values);
}

test("a loss stands out from a hundred before it, and is not remembered then", () => {
  const detector = new SpikeDetector({ deviations: 6 });
  for (let i = 0; i < 19; i++) assert.is(detector.look(i === 5 ? 9 : 2 + (i % 2) / 10), null);
  const calm = new SpikeDetector({ deviations: 6 });
  for (let i = 0; i < 120; i++) assert.is(calm.look(2 + (i % 2) / 10), null);
  assert.ok(Math.abs(calm.look(3)! - 2.05) < 1e-9);
  assert.ok(Math.abs(calm.look(3)! - 2.05) < 1e-9);
  assert.is(calm.look(2.2), null);
});

test("a spike is told with the sample that caused it, and changes nothing", () => {
  const [watched, plain] = [
    makeTrainer({ spikes: { deviations: 8 } }),
    makeTrainer({ spikes: null }),
  ];
  for (let step = 0; step < 140; step++) {
    // The first steps fall steeply, which is no spike.
    assert.is(watched.step([usual]).trouble, null, `step ${step}`);
    plain.step([usual]);
  }
  const { trouble, loss } = watched.step([usual, odd]);
  assert.is(trouble?.kind, "spike");
  assert.ok(trouble!.usual! < loss);
  assert.is(trouble!.suspects[0]!.choice?.sample, 27);
  assert.ok(trouble!.suspects[0]!.loss > 2 * trouble!.suspects[1]!.loss);
  assert.is(plain.step([usual, odd]).trouble, null);
  for (const [name, buffer] of watched.model.parameters) {
    assert.equal(plain.model.parameters.get(name)!.read(), buffer.read(), name);
  }
});

test("a step that is no number is skipped and counted, its sample named, and the next one learns", () => {
  const trainer = makeTrainer({ skipNonFinite: true });
  trainer.step([usual]);
  poison(trainer, 27);
  const before = trainer.model.parameters.get("head.weight")!.read().slice();
  const { step, trouble, loss } = trainer.step([odd]);
  assert.equal([step, trainer.steps, trainer.skipped], [2, 2, 1]);
  assert.ok(Number.isNaN(loss));
  assert.is(trouble?.kind, "non-finite");
  assert.is(trouble!.suspects[0]!.choice?.sample, 27);
  assert.ok(Number.isNaN(trouble!.suspects[0]!.loss));
  assert.equal(trainer.model.parameters.get("head.weight")!.read(), before);
  const next = trainer.step([usual]);
  assert.equal([next.step, next.trouble], [3, null]);
  assert.not.equal(trainer.model.parameters.get("head.weight")!.read(), before);
});

test("ten skipped one after the other stop it, and without the option the first does", () => {
  const skipping = makeTrainer({ skipNonFinite: true });
  poison(skipping, 27);
  for (let i = 0; i < 10; i++) skipping.step([odd]);
  assert.throws(
    () => skipping.step([odd]),
    (error: Error) =>
      error instanceof DivergenceError && /as at the 10 steps before/.test(error.message),
  );
  const stopping = makeTrainer({});
  poison(stopping, 27);
  assert.throws(() => stopping.step([odd]), /step 1: loss NaN.*train\.nonFinite skip/);
});

test("a resumed trainer knows which of its steps updated nothing", () => {
  const trainer = makeTrainer({ skipNonFinite: true });
  trainer.step([usual]);
  poison(trainer, 27);
  trainer.step([odd]);
  const saved = new Map([...trainer.state()].map(([key, buffer]) => [key, buffer.read().slice()]));
  const resumed = new Trainer(new Model(engine, config, trainer.model.weights()), {
    ...options,
    skipNonFinite: true,
  });
  resumed.restore(2, (key) => saved.get(key)!, 1);
  assert.equal([resumed.steps, resumed.skipped], [2, 1]);
  for (const each of [trainer, resumed]) each.step([usual]);
  for (const [name, values] of trainer.model.weights()) {
    const found = resumed.model.weights().get(name)!;
    assert.ok(
      values.every((value, i) => Object.is(value, found[i])),
      name,
    );
  }
});

test("memory: what runtimes say is understood, and other errors are left alone", () => {
  for (const message of [
    "ONNX Runtime: std::bad_alloc",
    "Failed to allocate memory for requested buffer of size 4294967296",
    "Array buffer allocation failed",
    "OOM when allocating tensor with shape[4096,4096]",
    "RESOURCE_EXHAUSTED: out of memory",
  ]) {
    assert.ok(isOutOfMemory(new Error(message)), message);
  }
  assert.ok(isOutOfMemory(new Error("a step failed", { cause: new Error("std::bad_alloc") })));
  assert.not.ok(isOutOfMemory(new Error("expected float32, found bool")));
  assert.not.ok(isOutOfMemory("std::bad_alloc"));
});

test("memory: the advice is the largest batch that fits, with as many passes more", () => {
  const question = {
    batchSize: 16,
    gradientAccumulationSteps: 2,
    gradientCheckpointing: false,
    needed: (rows: number) => 1e9 + rows * 1e9,
    fixed: 1e9,
    available: 6e9,
  };
  const text = memoryAdvice(question);
  assert.match(text, /^16 rows take about 17\.0 GB, and 6\.0 GB are free/);
  assert.match(text, /train\.batchSize 4 with train\.gradientAccumulationSteps 8 .* about 5\.0 GB/);
  assert.match(text, /train\.gradientCheckpointing true/);
  assert.not.match(text, /adamw-8bit/);
  const one = memoryAdvice({
    ...question,
    batchSize: 1,
    fixed: 1.9e9,
    gradientCheckpointing: true,
  });
  assert.not.match(one, /batchSize \d+ with|gradientCheckpointing/);
  assert.match(one, /1\.9 GB of it are weights, gradients and moments.*adamw-8bit/);
});

test.run();
