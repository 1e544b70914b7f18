import seedrandom from "seedrandom";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Batch } from "../../data/index.ts";
import { type Engine, startEngine } from "../../engine/index.ts";
import { type DecoderConfig, initialWeights, Model } from "../../models/index.ts";
import { DivergenceError, Trainer } from "../../trainers/step/trainer.ts";
import type { TrainerOptions } from "../../trainers/step/trainer-options.ts";
import { gpt2Like, llamaLike } from "../models/configs.ts";
import { constantRate } from "../testing/constant-rate.ts";

const { engine } = await startEngine("onnx", { threads: 2 });

const options = constantRate(3e-3);

function makeTrainer(
  config: DecoderConfig,
  on: Engine = engine,
  change: Partial<TrainerOptions> = {},
) {
  const model = new Model(on, config, initialWeights(config, { seed: 1, std: 0.2 }));
  return new Trainer(model, { ...options, ...change });
}

/** Random rows of the given lengths; what is left of a row is padding that is not learned. */
function makeBatch(lengths: readonly number[], seed: string): Batch {
  const random = seedrandom(seed);
  const sequenceLength = 16;
  const size = lengths.length * sequenceLength;
  const tokens = Int32Array.from({ length: size }, () => Math.floor(random() * 29));
  const inside = (i: number) => i % sequenceLength < lengths[Math.floor(i / sequenceLength)]!;
  return {
    batchSize: lengths.length,
    sequenceLength: sequenceLength,
    tokens,
    targets: tokens.map((_, i) => (inside(i) ? Math.floor(random() * 29) : -100)),
    positions: tokens.map((_, i) => i % sequenceLength),
    segments: tokens.map((_, i) => (inside(i) ? 1 : 0)),
    targetCount: lengths.reduce((total, length) => total + length, 0),
    samples: lengths.length,
  };
}

/** The rows of a batch as batches of fewer rows. */
function split(batch: Batch, batchSize: number): Batch[] {
  return Array.from({ length: batch.batchSize / batchSize }, (_, part) => {
    const cut = (values: Int32Array) =>
      values.slice(
        part * batchSize * batch.sequenceLength,
        (part + 1) * batchSize * batch.sequenceLength,
      );
    const targets = cut(batch.targets);
    return {
      batchSize,
      sequenceLength: batch.sequenceLength,
      tokens: cut(batch.tokens),
      targets,
      positions: cut(batch.positions),
      segments: cut(batch.segments),
      targetCount: targets.filter((target) => target !== -100).length,
      samples: batchSize,
    };
  });
}

const largest = (values: Float32Array): number =>
  values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

/**
 * Largest difference, relative to the largest gradient of the same parameter; or to a thousandth of
 * the largest of all, for the keys' biases, whose gradient is zero but for rounding.
 */
function gradientDifference(
  found: ReadonlyMap<string, Float32Array>,
  expected: ReadonlyMap<string, Float32Array>,
): number {
  const floor = 1e-3 * Math.max(...[...expected.values()].map(largest));
  const differences = [...expected].map(([name, values]) => {
    const other = found.get(name)!;
    return largest(values.map((value, i) => value - other[i]!)) / Math.max(floor, largest(values));
  });
  return Math.max(...differences);
}

for (const [name, config] of Object.entries({ gpt2Like, llamaLike })) {
  test(`${name}: 1 x 16, 2 x 8 and 16 x 1 rows of unequal length give one gradient`, () => {
    const lengths = [16, 1, 7, 3, 12, 2, 9, 16, 1, 5, 14, 8, 2, 11, 4, 6];
    const batch = makeBatch(lengths, "rows");
    const steps = [16, 8, 1].map((batchSize) => {
      const trainer = makeTrainer(config);
      const result = trainer.step(split(batch, batchSize));
      return { result, gradients: trainer.gradients() };
    });
    for (const step of steps.slice(1)) {
      assert.ok(Math.abs(step.result.loss - steps[0]!.result.loss) < 1e-5);
      const difference = gradientDifference(step.gradients, steps[0]!.gradients);
      assert.ok(difference < 1e-5, `relative difference ${difference}`);
    }
  });

  test(`${name}: onnx and reference make the same steps`, async () => {
    const { engine: reference } = await startEngine("reference");
    const batch = makeBatch([16, 9, 4], "engines");
    const [onnx, slow] = [makeTrainer(config), makeTrainer(config, reference)];
    for (let step = 0; step < 5; step++) {
      const [found, expected] = [onnx.step([batch]), slow.step([batch])];
      assert.ok(
        Math.abs(found.loss - expected.loss) < 1e-4,
        `step ${step}: ${found.loss}, ${expected.loss}`,
      );
      assert.ok(
        Math.abs(found.gradientNorm - expected.gradientNorm) < 1e-3 * expected.gradientNorm,
      );
    }
  });
}

test("two runs from one seed are bit-identical", () => {
  const runs = [0, 1].map(() => {
    const trainer = makeTrainer(llamaLike);
    const losses = [0, 1, 2, 3, 4].map((i) => trainer.step([makeBatch([16, 8, 3], `${i}`)]).loss);
    return { losses, weights: [...trainer.model.weights()] };
  });
  assert.equal(runs[0], runs[1]);
});

test("moments and steps restored to another trainer go on as the first one does", () => {
  const first = makeTrainer(llamaLike);
  for (let i = 0; i < 3; i++) first.step([makeBatch([16, 8], `${i}`)]);
  const second = new Trainer(new Model(engine, llamaLike, first.model.weights()), options);
  const moments = new Map(
    [...first.state()].map(([name, buffer]) => [name, (buffer.read() as Float32Array).slice()]),
  );
  second.restore(first.steps, (name) => moments.get(name)!);
  const batch = makeBatch([16, 8], "next");
  assert.equal(second.step([batch]), first.step([batch]));
  assert.equal([...second.model.weights()], [...first.model.weights()]);
});

test("the update is that of the clipped gradient", () => {
  const batch = makeBatch([16, 16], "clip");
  const free = makeTrainer(llamaLike, engine, { clip: 0 });
  const { gradientNorm } = free.step([batch]);
  const clipped = makeTrainer(llamaLike, engine, { clip: gradientNorm / 7 });
  clipped.step([batch]);
  const first = (trainer: Trainer) => trainer.state().get("head.weight.first")!.read();
  for (const [i, value] of (first(clipped) as Float32Array).entries()) {
    assert.ok(Math.abs(value * 7 - first(free)[i]!) < 1e-6);
  }
});

test("a loss that is no number stops the run and leaves the weights as they were", () => {
  const trainer = makeTrainer(llamaLike);
  trainer.model.parameters
    .get("embedding.weight")!
    .write(new Float32Array(29 * 12).fill(Number.NaN));
  const before = trainer.model.weights().get("head.weight")!;
  assert.throws(
    () => trainer.step([makeBatch([16], "nan")]),
    (error: unknown) => error instanceof DivergenceError && /step 1: loss NaN/.test(error.message),
  );
  assert.equal(trainer.model.weights().get("head.weight"), before);
});

test("evaluation weighs batches by their targetCount tokens and learns nothing", () => {
  const trainer = makeTrainer(gpt2Like);
  const batch = makeBatch([16, 1, 5, 9], "evaluation");
  const before = [...trainer.model.weights()];
  const whole = trainer.evaluate([batch]);
  const parts = trainer.evaluate(split(batch, 1));
  assert.is(whole.targetCount, 31);
  assert.ok(Math.abs(whole.loss - parts.loss) < 1e-5);
  assert.equal([...trainer.model.weights()], before);
});

test("live tensors are as many after step 300 as after step 10", () => {
  const trainer = makeTrainer(llamaLike);
  const batches = [makeBatch([16, 8, 3], "a"), makeBatch([16, 16, 16], "b")];
  const trainTo = (steps: number) => {
    while (trainer.steps < steps) trainer.step(batches);
    return engine.memory();
  };
  const early = trainTo(10);
  assert.equal(trainTo(300), early);
});

test.run();
