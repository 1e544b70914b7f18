/** The best few checkpoints: which they are, that they are kept, and that a kill changes nothing. */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { listSteps, saveStep } from "../../checkpoints/index.ts";
import { type LoopState, ranked, TrainingLoop } from "../../trainers/index.ts";
import { temporaryFolder } from "../checkpoints/temporary-folder.ts";

test("the best stay in order, of equal ones the earlier, and no number is no candidate", () => {
  const scores = [3, 1, 2, 1, Number.NaN, 0.5];
  const found = scores.reduce<ReturnType<typeof ranked>>(
    (before, score, index) => ranked(before, { step: index + 1, score }, 3),
    [],
  );
  assert.equal(found, [
    { step: 6, score: 0.5 },
    { step: 2, score: 1 },
    { step: 4, score: 1 },
  ]);
});

const losses = [5, 3, 4, 2, 6, 2.5, 3.5, 2.2];

/** A loop whose evaluations are given: the state that each save keeps. */
async function saves(from: LoopState, until: number, score: (loss: number) => number = (x) => x) {
  let step = from.step;
  const kept: LoopState[] = [];
  const loop = new TrainingLoop(
    {
      steps: until,
      minutes: null,
      evalEvery: 1,
      saveEvery: null,
      sampleEvery: null,
      evaluateFirst: false,
      peakFlops: 1,
      keepBest: 2,
    },
    {
      trainer: {
        step: () => ({
          step: ++step,
          loss: 1,
          learningRate: 1,
          gradientNorm: 1,
          targetCount: 1,
          trouble: null,
        }),
        flopsPerStep: () => 1,
      },
      batches: {
        next: () => [{ segments: Int32Array.of(1) }],
        state: { epoch: 0, row: 0 },
        epochs: 0,
      },
      evaluate: () => {
        const loss = losses[step - 1]!;
        return { loss, targetCount: 1, score: score(loss) };
      },
      save: (state) => kept.push(state),
      memory: () => ({ buffers: 0, bytes: 0, programs: 0 }),
    },
    from,
  );
  await loop.run();
  return kept;
}

const begin: LoopState = {
  step: 0,
  stream: { epoch: 0, row: 0 },
  tokens: 0,
  seconds: 0,
  best: null,
};

test("whatever enters the best is saved at once, and a run that goes on has the same ones", async () => {
  const whole = await saves(begin, losses.length);
  assert.equal(
    whole.map(({ step }) => step),
    [1, 2, 3, 4, 6, 8],
  );
  const last = whole.at(-1)!;
  assert.equal(last.bests, [
    { step: 4, score: 2 },
    { step: 8, score: 2.2 },
  ]);
  assert.equal(last.best, { step: 4, loss: 2 });
  for (const state of whole) {
    const rest = await saves(state, losses.length);
    assert.equal(rest.at(-1)?.bests, last.bests);
    assert.equal(rest.at(-1)?.best, last.best);
  }
});

test("another score than the loss decides where there is one", async () => {
  const last = (await saves(begin, losses.length, (loss) => -loss)).at(-1)!;
  assert.equal(last.best, { step: 5, loss: 6 });
  assert.equal(
    last.bests?.map(({ step }) => step),
    [5, 1],
  );
});

test("the rotation spares the best steps and removes those that no longer are", () => {
  const folder = temporaryFolder();
  const save = (step: number, spared: readonly number[]) =>
    saveStep(
      folder,
      step,
      (place) => {
        mkdirSync(place, { recursive: true });
        writeFileSync(`${place}/model`, String(step));
      },
      { keep: 1, isBest: step === 2, spared },
    );
  save(1, []);
  save(2, [1]);
  assert.equal(listSteps(folder), [1, 2]);
  save(3, [1, 2]);
  assert.equal(listSteps(folder), [1, 2, 3]);
  save(4, [2]);
  assert.equal(listSteps(folder), [2, 4]);
  assert.ok(existsSync(`${folder}/best/model`));
});

test.run();
