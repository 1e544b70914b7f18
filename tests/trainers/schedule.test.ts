import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { learningRateAt, type ScheduleOptions } from "../../trainers/index.ts";

const options: ScheduleOptions = {
  schedule: "cosine",
  learningRate: 1,
  minRatio: 0.1,
  warmupSteps: 10,
  steps: 110,
};

function near(found: number, expected: number): void {
  assert.ok(Math.abs(found - expected) < 1e-12, `${found}, expected ${expected}`);
}

test("the warm-up rises in a straight line and its first step already learns", () => {
  near(learningRateAt(0, options), 0.1);
  near(learningRateAt(4, options), 0.5);
  near(learningRateAt(9, options), 1);
});

test("cosine falls from the peak through the middle to the least rate, and stays there", () => {
  near(learningRateAt(10, options), 1);
  near(learningRateAt(60, options), 0.55);
  near(learningRateAt(110, options), 0.1);
  near(learningRateAt(500, options), 0.1);
});

test("linear falls in a straight line", () => {
  near(learningRateAt(35, { ...options, schedule: "linear" }), 0.1 + 0.9 * 0.75);
});

test("constant stays at the peak", () => {
  near(learningRateAt(100, { ...options, schedule: "constant" }), 1);
});

test("wsd stays at the peak until its last steps, whatever their beginning is", () => {
  const wsd: ScheduleOptions = { ...options, schedule: "wsd", decaySteps: 20 };
  near(learningRateAt(4, wsd), 0.5);
  near(learningRateAt(90, wsd), 1);
  near(learningRateAt(100, wsd), 0.1 + 0.9 * 0.5);
  near(learningRateAt(110, wsd), 0.1);
  near(learningRateAt(90, { ...wsd, steps: 300 }), 1);
  near(learningRateAt(99, { ...wsd, decaySteps: null }), 0.1 + 0.9 * 0.5);
});

test("wsd falls no sooner than the warm-up ends", () => {
  const wsd: ScheduleOptions = { ...options, schedule: "wsd", decaySteps: 500 };
  near(learningRateAt(9, wsd), 1);
  near(learningRateAt(60, wsd), 0.1 + 0.9 * 0.5);
});

test("no warm-up starts at the peak", () => {
  near(learningRateAt(0, { ...options, warmupSteps: 0 }), 1);
});

test("inverse-sqrt falls from the peak, and no lower than the least rate", () => {
  const inverse: ScheduleOptions = { ...options, schedule: "inverse-sqrt" };
  near(learningRateAt(10, inverse), 1);
  near(learningRateAt(40, inverse), 0.5);
  near(learningRateAt(1_000_000, inverse), 0.1);
  near(learningRateAt(30_000, { ...inverse, warmupSteps: 0 }), 0.5);
});

const goldens = JSON.parse(
  readFileSync(join(import.meta.dirname, "../golden/schedules.json"), "utf8"),
) as Record<string, number[]>;

const floorless = { ...options, minRatio: 0 };
const named: Readonly<Record<string, ScheduleOptions>> = {
  constant: { ...floorless, schedule: "constant" },
  linear: { ...floorless, schedule: "linear" },
  cosine: floorless,
  "cosine-floor": options,
  "cosine-restarts": { ...floorless, restarts: 3 },
  "inverse-sqrt": { ...floorless, schedule: "inverse-sqrt" },
  wsd: { ...options, schedule: "wsd", decaySteps: 30 },
};

for (const [name, schedule] of Object.entries(named)) {
  test(`${name} is that of transformers, one step ahead in the warm-up`, () => {
    const wanted = goldens[name]!;
    assert.is(wanted.length, 130);
    for (const [step, rate] of wanted.entries()) {
      // Its cosines rise again after the last step, ours stay.
      if (name.startsWith("cosine") && step > schedule.steps) continue;
      if (step >= schedule.warmupSteps) near(learningRateAt(step, schedule), rate);
      // Its warm-up of wsd begins at the floor, ours at 0 like all others.
      else if (step > 0 && name !== "wsd") near(learningRateAt(step - 1, schedule), rate);
    }
  });
}

test.run();
