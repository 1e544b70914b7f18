/** Which runs a sweep is made of, what they have alike, and what is refused before anything starts. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  type Config,
  type ConfigInput,
  loadConfig,
  resolveConfig,
} from "../../src/config/index.ts";
import { fingerprint, parseAxis, planSweep } from "../../src/sweep/index.ts";

const recipe = (sweep: ConfigInput["sweep"], more: ConfigInput = {}): Config =>
  resolveConfig({ train: { steps: 100, batchSize: 16, warmupSteps: 10 }, ...more, sweep });

function refusal(make: () => unknown): string {
  try {
    make();
  } catch (error) {
    assert.is((error as { code?: string }).code?.startsWith("ERR_"), true);
    return (error as Error).message;
  }
  throw new Error("it was accepted");
}

const refused = (sweep: ConfigInput["sweep"], more: ConfigInput = {}) =>
  refusal(() => planSweep(recipe(sweep, more)));

test("values of the grid are crossed, those of a list go together, each with every seed", () => {
  const { runs, keys } = planSweep(
    recipe({
      grid: { "model.contextLength": [64, 128], "train.optimizer": ["adamw", "muon"] },
      list: { "model.layers": [1, 2], "model.hiddenSize": [48, 96] },
      seeds: [1, 2],
    }),
  );
  assert.equal(keys, [
    "model.layers",
    "model.hiddenSize",
    "model.contextLength",
    "train.optimizer",
  ]);
  assert.is(runs.length, 2 * 2 * 2 * 2);
  assert.is(new Set(runs.map(({ name }) => name)).size, 16);
  assert.is(runs[1]!.name, "layers-1-hiddenSize-48-contextLength-64-optimizer-adamw-seed-2");
  for (const { values, seed, config } of runs) {
    assert.is(config.model.hiddenSize, config.model.layers * 48);
    assert.is(config.model.contextLength, values["model.contextLength"]);
    assert.is(config.train.seed, seed);
    assert.equal(config.sweep, resolveConfig().sweep);
  }
});

test("the recipe of the context ablation is nine runs that read as many tokens a step", () => {
  const { runs } = planSweep(loadConfig("configs/context-ablation.yaml"));
  assert.is(runs.length, 9);
  const read = runs.map(({ config: { train, model } }) => train.batchSize * model.contextLength!);
  assert.equal(new Set(read).size, 1);
  assert.equal(new Set(runs.map(({ config }) => config.train.steps)).size, 1);
});

test("keys that end alike are told by their whole path, and values that are no file name by a sum", () => {
  const { runs } = planSweep(
    recipe({
      grid: {
        "train.seed": [1],
        "generate.seed": [2],
        "tokenizer.prompt": [" {caption}", "{caption}"],
      },
    }),
  );
  assert.match(runs[0]!.name, /^train\.seed-1-generate\.seed-2-prompt-caption-[0-9a-f]{8}$/);
  assert.is.not(runs[0]!.name, runs[1]!.name);
});

test("flags are read as YAML", () => {
  assert.equal(parseAxis("--grid", "train.lr=1e-3,2e-3"), ["train.lr", [1e-3, 2e-3]]);
  assert.equal(parseAxis("--grid", "data.augment=[mirror, shift], none"), [
    "data.augment",
    [["mirror", "shift"], "none"],
  ]);
  assert.equal(parseAxis("--list", "train.maxGradNorm=null,1"), ["train.maxGradNorm", [null, 1]]);
  for (const text of ["train.lr=", "train.lr", "=1", "train.lr=[1", "train.lr=a: [b"]) {
    assert.match(
      refusal(() => parseAxis("--grid", text)),
      /--grid/,
    );
  }
});

test("equal tokens: as many a step by more rows, else as many in all by more steps", () => {
  const plan = (grid: Record<string, unknown[]>) =>
    planSweep(
      recipe(
        { grid, equal: "tokens" },
        {
          model: { contextLength: 512 },
          train: { steps: 100, batchSize: 4, warmupSteps: 10, evalEvery: 20 },
        },
      ),
    ).runs.map(({ config: { train, model } }) => ({
      context: model.contextLength,
      rows: train.batchSize,
      steps: train.steps,
      warmup: train.warmupSteps,
      evalEvery: train.evalEvery,
    }));
  assert.equal(plan({ "model.contextLength": [128, 256, 512, 96] }), [
    { context: 128, rows: 16, steps: 100, warmup: 10, evalEvery: 20 },
    { context: 256, rows: 8, steps: 100, warmup: 10, evalEvery: 20 },
    { context: 512, rows: 4, steps: 100, warmup: 10, evalEvery: 20 },
    // 2048 tokens are 21.3 rows of 96: 21 of them, and 102 steps.
    { context: 96, rows: 21, steps: 102, warmup: 10, evalEvery: 20 },
  ]);
  const swept = plan({ "train.batchSize": [2, 8] });
  assert.equal(
    swept.map(({ rows, steps, warmup, evalEvery }) => [rows, steps, warmup, evalEvery]),
    [
      [2, 200, 20, 40],
      [8, 50, 5, 10],
    ],
  );
});

test("what no run can use is refused by one line that names the nearest", () => {
  assert.match(
    refused({ grid: { "model.contextLenght": [1] } }),
    /unknown key "model\.contextLenght"; did you mean model\.contextLength\?/,
  );
  assert.match(refused({ grid: { contextLength: [1] } }), /did you mean model\.contextLength\?/);
  assert.match(refused({ grid: { "modle.layers": [1] } }), /did you mean model\.layers\?/);
  assert.match(refused({ grid: { "sweep.jobs": [1] } }), /unknown key "sweep\.jobs"/);
  assert.match(
    refused({ grid: { "model.heads": [6, 7] } }),
    /^sweep: no run can have model\.heads=7: model\.heads: expected a divisor of hiddenSize \(192\).* found 7$/,
  );
  assert.match(
    refused({ grid: { "train.lr": ["fast"] } }),
    /train\.lr: expected a number, but found "fast"/,
  );
  assert.match(refused({}), /nothing to sweep/);
  assert.match(
    refusal(() => recipe({ grid: { "train.lr": [] } })),
    /sweep\.grid.*at least 1 entries/,
  );
  assert.match(refused({ grid: { "train.lr": [1, 1.0] } }), /train\.lr: 1 is there twice/);
  assert.match(refused({ seeds: [3, 3] }), /seed 3 is there twice/);
  assert.match(refused({ seeds: [1, 2], grid: { "train.seed": [1] } }), /swept twice/);
  assert.match(
    refused({ list: { "train.lr": [1, 2], "train.eps": [1] } }),
    /train\.lr has 2 and train\.eps has 1/,
  );
  assert.match(
    refused({ grid: { "train.steps": [1, 2] }, equal: "tokens" }),
    /tokens fixes how long runs are, but train\.steps is swept/,
  );
  assert.match(
    refused({ seeds: [1, 2], equal: "tokens" }, { data: { packing: false } }),
    /data\.packing is false/,
  );
  assert.match(
    refused({ seeds: [1, 2], equal: "steps" }, { train: { epochs: 1 } }),
    /need train\.steps/,
  );
  const many = Array.from({ length: 200 }, (_, i) => i + 1);
  assert.match(
    refused({ grid: { "train.lr": many, "train.warmupSteps": many } }),
    /more than 10000/,
  );
});

test("a fingerprint is of what a run learns and leaves, not of how it is computed", () => {
  const config = recipe({});
  const changed = (train: Partial<Config["train"]>) => ({
    ...config,
    train: { ...config.train, ...train },
  });
  assert.is(fingerprint(changed({ threads: 3, engine: "onnx" })), fingerprint(config));
  assert.is.not(fingerprint(changed({ lr: 0.5 })), fingerprint(config));
  assert.is.not(fingerprint(changed({ steps: 101 })), fingerprint(config));
});

test.run();
