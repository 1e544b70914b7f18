/** The loop alone, with a trainer that only counts: when it evaluates, saves, stops and goes on. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type LoopOptions, type LoopState, TrainingLoop } from "../../../trainers/index.ts";

const start: LoopState = {
  step: 0,
  tokens: 0,
  seconds: 0,
  best: null,
  stream: { epoch: 0, row: 0 },
};
const often: LoopOptions = {
  steps: 7,
  minutes: null,
  evalEvery: 2,
  saveEvery: 3,
  sampleEvery: null,
  evaluateFirst: false,
  peakFlops: 1e9,
};

/** Two batches a step, of three tokens and one of padding. */
function loopOf(options: Partial<LoopOptions>, state = start, stopAt = Number.POSITIVE_INFINITY) {
  const saved: LoopState[] = [];
  const seen: string[] = [];
  const stop = new AbortController();
  let row = state.stream.row;
  const loop = new TrainingLoop<{ readonly segments: Int32Array }>(
    { ...often, ...options },
    {
      trainer: {
        step: () => ({
          step: 0,
          loss: 1,
          targetCount: 6,
          learningRate: 1,
          gradientNorm: 1,
          trouble: null,
        }),
        flopsPerStep: () => 1,
      },
      batches: {
        next: (step) => {
          seen.push(`step ${step}`);
          row += 2;
          return [0, 1].map(() => ({ segments: Int32Array.of(1, 1, 2, 0) }));
        },
        get state() {
          return { epoch: 0, row };
        },
        epochs: 0,
      },
      // The lowest at step 4.
      evaluate: () => ({ loss: Math.abs(row / 2 - 4), targetCount: 1 }),
      sample: (step) => seen.push(`sample ${step}`),
      save: (each) => saved.push(each),
      memory: () => ({ buffers: 0, bytes: 0, programs: 0 }),
      onStep: ({ step }) => {
        if (step === stopAt) stop.abort();
      },
      onEvaluation: ({ step, loss, best }) => seen.push(`evaluation ${step}: ${loss} ${best}`),
      signal: stop.signal,
    },
    state,
  );
  return { loop, saved, seen };
}

test("evaluates, samples and saves when it is due, and at the end", async () => {
  const { loop, saved, seen } = loopOf({ sampleEvery: 5 });
  const { outcome, state, heldOut } = await loop.run();
  assert.is(outcome, "finished");
  assert.equal(
    seen.filter((each) => !each.startsWith("step")),
    ["evaluation 2: 2 true", "evaluation 4: 0 true", "sample 5", "evaluation 6: 2 false"].concat(
      "evaluation 7: 3 false",
    ),
  );
  // The best are saved at once, and no step twice.
  assert.equal(
    saved.map(({ step }) => step),
    [2, 3, 4, 6, 7],
  );
  assert.is(heldOut?.loss, 3);
  assert.equal(state.best, { step: 4, loss: 0 });
  assert.is(state.tokens, 7 * 6);
  assert.equal(saved.at(-1), state);
});

test("a signal ends it after the step, saved but not evaluated, and what it saved goes on", async () => {
  const { loop, saved } = loopOf({ evalEvery: null, saveEvery: null }, start, 3);
  assert.is((await loop.run()).outcome, "interrupted");
  assert.equal(
    saved.map(({ step, stream, tokens }) => [step, stream.row, tokens]),
    [[3, 6, 18]],
  );
  const rest = loopOf({ evalEvery: null }, saved[0]);
  const { state } = await rest.loop.run();
  assert.equal(rest.seen.slice(0, 4), ["step 3", "step 4", "step 5", "step 6"]);
  assert.equal([state.step, state.stream.row, state.tokens], [7, 14, 42]);
});

test("its time ends it, and what goes on after its time makes no step", async () => {
  const { loop } = loopOf({ minutes: 0 });
  const { outcome, state } = await loop.run();
  assert.equal([outcome, state.step], ["out of time", 1]);
  const late = loopOf({ minutes: 0 }, { ...start, step: 4, seconds: 90 });
  const result = await late.loop.run();
  assert.equal([result.outcome, result.state.step], ["out of time", 4]);
  assert.equal(late.saved.length, 1);
});

test("patience ends it after so many due evaluations without a lower loss, alike however it is cut", async () => {
  const patient = { steps: 40, evalEvery: 2, saveEvery: null, patience: 2 };
  const { loop, saved } = loopOf(patient);
  const { outcome, state } = await loop.run();
  // Lowest at step 4; 6 and 8 are worse.
  assert.equal([outcome, state.step, state.best?.step], ["stopped early", 8, 4]);
  assert.equal(state.waiting, { lowest: 0, evaluations: 2 });
  assert.is(saved.at(-1)?.step, 8);
  for (let cut = 1; cut < 8; cut++) {
    const first = loopOf(patient, start, cut);
    assert.is((await first.loop.run()).outcome, "interrupted");
    const rest = await loopOf(patient, first.saved.at(-1)).loop.run();
    assert.equal({ ...rest.state, seconds: 0 }, { ...state, seconds: 0 }, `cut after step ${cut}`);
    assert.is(rest.outcome, "stopped early");
  }
  const again = loopOf(patient, saved.at(-1));
  assert.is((await again.loop.run()).outcome, "stopped early");
  assert.not(again.seen.some((each) => each.startsWith("step")));
  const longer = await loopOf({ ...patient, steps: 9, patience: 3 }, saved.at(-1)).loop.run();
  assert.equal([longer.outcome, longer.state.step], ["finished", 9]);
});

test("evaluations that its time brings about do not count for patience", async () => {
  const { state } = await loopOf({ minutes: 0, patience: 1, evalEvery: 2 }).loop.run();
  assert.is(state.waiting, undefined);
  assert.is(state.best?.step, 1);
});

test("an evaluation before the first step is told, and never the best", async () => {
  const { loop, seen } = loopOf({ evaluateFirst: true, evalEvery: null, steps: 1 });
  await loop.run();
  assert.equal(seen, ["evaluation 0: 4 false", "step 0", "evaluation 1: 3 true"]);
});

test.run();
