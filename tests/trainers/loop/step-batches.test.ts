/** Batches and sequences that grow over the first steps of a run, and a stream that goes on exactly. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { TokenDataset, TokenTableBuilder } from "../../../data/index.ts";
import { DatasetBatches, type DatasetBatchesOptions } from "../../../trainers/index.ts";
import { lengthAt, rowsAt } from "../../../trainers/loop/step-batches.ts";

/** Sample i has i + 5 tokens, 0 to 39. */
function dataset(): TokenDataset {
  const [prompts, drawings] = [new TokenTableBuilder(1000), new TokenTableBuilder(1000)];
  const size = 40;
  for (let i = 0; i < size; i++) {
    prompts.add([1, 50 + i]);
    drawings.add([2, ...Array.from({ length: i + 1 }, (_, k) => 100 + k), 3]);
  }
  const starts = Uint32Array.from({ length: size + 1 }, (_, i) => i);
  return new TokenDataset({
    ids: Array.from({ length: size }, (_, i) => `icon ${i}`),
    texts: Array.from({ length: size }, (_, i) => [`icon ${i}`]),
    prompts: prompts.build(),
    captionStarts: starts,
    drawings: drawings.build(),
    drawingStarts: starts,
  });
}

const options: DatasetBatchesOptions = {
  batchSize: 6,
  sequenceLength: 48,
  packing: true,
  lossOn: "drawing",
  seed: 3,
  pad: 0,
  microBatches: 2,
  hideTokens: 0.2,
  drawing: 2,
};
const growing: DatasetBatchesOptions = {
  ...options,
  sequenceWarmup: { from: 16, steps: 9 },
  batchWarmup: { from: 2, steps: 6 },
};

test("lengths grow by equal steps and rows double, to what they stay", () => {
  const steps = Array.from({ length: 11 }, (_, step) => step);
  assert.equal(
    steps.map((step) => lengthAt(step, growing)),
    [16, 16, 16, 32, 32, 32, 48, 48, 48, 48, 48],
  );
  assert.equal(
    steps.map((step) => rowsAt(step, growing)),
    [2, 2, 4, 4, 6, 6, 6, 6, 6, 6, 6],
  );
  assert.is(lengthAt(0, options), 48);
  assert.is(rowsAt(0, options), 6);
});

test("short rows hold whole samples that fit, and in the end all come", () => {
  const batches = new DatasetBatches(dataset(), growing);
  const seen = new Set<number>();
  for (let step = 0; step < 40; step++) {
    for (const batch of batches.next(step)) {
      assert.is(batch.sequenceLength, lengthAt(step, growing));
      assert.is(batch.batchSize, rowsAt(step, growing));
      // Each sample ends with its end token: none was cut.
      const begins = batch.positions.filter((place, i) => place === 0 && batch.segments[i]! > 0);
      assert.is(batch.targets.filter((target) => target === 3).length, begins.length);
      for (const token of batch.tokens) if (token >= 50 && token < 90) seen.add(token);
    }
  }
  assert.is(seen.size, 40);
});

test("goes on from any step as if it had not stopped", () => {
  for (const stop of [1, 3, 4, 6, 8, 12]) {
    const whole = new DatasetBatches(dataset(), growing);
    for (let step = 0; step < stop; step++) whole.next(step);
    const resumed = new DatasetBatches(dataset(), growing, { step: stop, stream: whole.state });
    for (let step = stop; step < stop + 5; step++) {
      assert.equal(resumed.next(step), whole.next(step), `step ${step} after ${stop}`);
    }
    assert.equal(resumed.state, whole.state);
  }
});

test("rows that nothing fits into are refused", () => {
  const short = { ...options, sequenceWarmup: { from: 3, steps: 100 } };
  assert.throws(() => new DatasetBatches(dataset(), short), /no sample fits into 3 positions/);
});

test.run();
