/** What a page of runs tells apart is what was swept, not what followed from it. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { groupRuns } from "../../src/compare/grouping.ts";
import { type Config, countedInSteps, resolveConfig } from "../../src/config/index.ts";
import { withEqualTime } from "../../src/sweep/equalise.ts";

const recipe = resolveConfig({
  train: {
    ...{ steps: 1000, warmupSteps: 100, decaySteps: 200, emaAfter: 100 },
    ...{ sequenceWarmupSteps: 100, batchWarmupSteps: 100, evalEvery: 100, sampleEvery: 100 },
  },
});
const timed = (optimizer: Config["train"]["optimizer"], seconds: number) =>
  withEqualTime({ ...recipe, train: { ...recipe.train, optimizer } }, 1, seconds);
const runs = [timed("adamw", 0.1), timed("muon", 0.2)].map((config, index) => ({
  ...{ config, name: `run-${index}`, folder: `run-${index}` },
}));

test("what keeps its share of other steps is a setting of the runs, and no axis", () => {
  const [adamw, muon] = runs.map(({ config }) => config.train);
  for (const key of countedInSteps) {
    assert.is(muon![key], Math.round(adamw![key]! / 2), key);
  }
  const { axes, settings } = groupRuns(runs as never, ["train.optimizer"]);
  assert.equal(axes, ["train.optimizer"]);
  assert.ok(settings.includes("train.emaAfter"));
});

test("what was none stays none, and what was some is at least one", () => {
  const few = withEqualTime(
    { ...recipe, train: { ...recipe.train, emaAfter: 0, sampleEvery: null } },
    1,
    60,
  );
  assert.equal([few.train.steps, few.train.emaAfter, few.train.sampleEvery], [1, 0, null]);
  assert.is(few.train.warmupSteps, 1);
});

test.run();
