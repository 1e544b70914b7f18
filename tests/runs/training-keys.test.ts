/** The keys of the trainer through whole runs: each takes effect, and a stopped run goes on to the same bits. */
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { openSavedModel } from "../../checkpoints/index.ts";
import { type Config, configSchema, loadConfig } from "../../src/config/index.ts";
import { readLog } from "../../src/report/index.ts";
import { beginRun } from "../../src/runs/begin-run.ts";
import { runPaths, train } from "../../src/runs/index.ts";
import { temporaryFolder } from "../checkpoints/temporary-folder.ts";
import { tinyRecipe } from "../cli/tiny-recipe.ts";

const place = temporaryFolder();
const recipe = loadConfig(tinyRecipe(place));

const withKeys = (keys: Partial<Config["train"]>, model: Partial<Config["model"]> = {}): Config =>
  configSchema.parse({
    ...recipe,
    train: { ...recipe.train, ...keys },
    model: { ...recipe.model, ...model },
  });

/** @returns bytes of the last checkpoint's model and moments, and of the average. */
async function trained(name: string, config: Config, stopAt = 0) {
  const folder = join(place, name);
  const stop = new AbortController();
  const onStep = ({ step }: { readonly step: number }) => {
    if (step === stopAt) stop.abort();
  };
  const observer = { onStep };
  await train({ config, folder, resume: false, observer, signal: stop.signal });
  if (stopAt > 0) await train({ config, folder, resume: true });
  const last = join(runPaths(folder).checkpoints, "step-000006");
  const average = join(folder, "ema");
  const heads = "future_heads.safetensors";
  const files = [
    join(last, "model.safetensors"),
    join(last, "optimizer.safetensors"),
    ...(config.train.emaDecay === null ? [] : [join(average, "model.safetensors")]),
    ...(config.model.futureTokens === 0 ? [] : [join(last, heads), join(average, heads)]),
  ];
  return { folder, bytes: files.map((file) => readFileSync(file).toString("base64")) };
}

const everything: Partial<Config["train"]> = {
  optimizer: "adamw-8bit",
  schedule: "cosine",
  restarts: 1,
  frozen: ["layers.0.attention.key.*"],
  emaDecay: 0.9,
  emaAfter: 1,
  emaEvery: 1,
  labelSmoothing: 0.1,
  zLoss: 1e-3,
  neftuneAlpha: 5,
  sequenceWarmupSteps: 4,
  sequenceWarmupFrom: 48,
  batchWarmupSteps: 4,
  batchWarmupFrom: 2,
  groups: [{ match: "*Norm*", lr: 1e-2, weightDecay: 0.01 }],
};

test("with all of them at once, a run that was stopped ends as one that was not", async () => {
  const config = withKeys(everything, { futureTokens: 2 });
  const whole = await trained("whole", config);
  const parts = await trained("parts", config, 3);
  assert.equal(parts.bytes, whole.bytes);
  assert.is(whole.bytes.length, 5);
  assert.is.not(whole.bytes[2], whole.bytes[0]);
  assert.is.not(whole.bytes[4], whole.bytes[3]);
  const log = readLog(runPaths(whole.folder).log);
  for (const record of log) {
    if (record.kind === "step") assert.ok(record.figures!.futureLoss! > 1, `${record.step}`);
  }
  const evaluations = log.flatMap((record) => (record.kind === "evaluation" ? [record] : []));
  assert.is(evaluations.length, 2);
  for (const { natsPerToken, averageNatsPerToken } of evaluations) {
    assert.ok(averageNatsPerToken !== undefined && averageNatsPerToken !== natsPerToken);
  }
  // The average is a model of its own, with its tokenizer: what generates needs.
  const average = openSavedModel(join(whole.folder, "ema"));
  assert.ok(average.tokenizer !== undefined && average.kind === "whole");
  average.close();
});

test("what is frozen keeps its bits, and the rest learns", async () => {
  const { folder } = await trained("frozen", withKeys({ frozen: ["layers.*", "embedding.*"] }));
  const values = ["step-000004", "step-000006"].map((step) => {
    const saved = openSavedModel(join(runPaths(folder).checkpoints, step));
    assert.ok(saved.kind === "whole");
    const read = new Map(
      [...saved.model.tensors.keys()].map((name) => [name, saved.model.readFloat32(name)]),
    );
    saved.close();
    return read;
  });
  const changed = [...values[0]!.keys()].filter((name) =>
    values[0]!.get(name)!.some((value, i) => value !== values[1]!.get(name)![i]),
  );
  assert.ok(changed.length > 0);
  for (const name of changed) assert.match(name, /norm/i, name);
  assert.ok(!changed.some((name) => /layers|embed/.test(name)), `${changed}`);
});

for (const optimizer of ["lion", "sgd", "adafactor"] as const) {
  test(`${optimizer}: resumed as unstopped`, async () => {
    const keys = { optimizer, lr: 1e-3, nesterov: optimizer === "sgd" };
    const whole = await trained(`${optimizer}-whole`, withKeys(keys));
    const parts = await trained(`${optimizer}-parts`, withKeys(keys), 2);
    assert.equal(parts.bytes, whole.bytes);
  });
}

test("a pattern that matches nothing is refused before the first step", async () => {
  const told = async (keys: Partial<Config["train"]>) => {
    const folder = join(place, "refused");
    rmSync(folder, { recursive: true, force: true });
    return train({ config: withKeys(keys), folder, resume: false }).then(
      () => "trained",
      (error: Error) => error.message,
    );
  };
  assert.match(await told({ frozen: ["layer.*"] }), /train\.frozen: "layer\.\*" matches none of/);
  assert.match(await told({ frozen: ["*"] }), /so that nothing learns; freeze fewer/);
  const groups = [{ match: "no", lr: null, weightDecay: null }];
  assert.match(await told({ groups }), /train\.groups: "no" matches none of/);
});

test("drawings that are too long are refused where that is asked for, with what would hold them", async () => {
  const config = { ...recipe, data: { ...recipe.data, maxTokens: 40, tooLong: "refuse" as const } };
  const message = await train({ config, folder: join(place, "long-ones"), resume: false }).then(
    () => "trained",
    (error: Error) => error.message,
  );
  assert.match(
    message,
    /\d+ samples are longer than data\.maxTokens 40, as .* tokens; \d+ holds all/,
  );
});

test("a spike is told with its samples and kept in trouble.jsonl", async () => {
  const folder = join(place, "spikes");
  const notices: string[] = [];
  // Nothing is learnt, and any loss above the mean of those before stands out.
  const still = { lr: 1e-9, evalEvery: null, saveEvery: null };
  const config = withKeys({ steps: 40, spikeDeviations: 1e-3, ...still });
  const observer = { onNotice: (text: string) => notices.push(text) };
  await train({ config, folder, resume: false, observer });
  const told = notices.filter((text) => /the loss is .* is usual; costliest: /.test(text));
  const lines = readFileSync(join(folder, "trouble.jsonl"), "utf8").trim().split("\n");
  assert.ok(told.length > 0);
  assert.is(lines.length, told.length);
  const { kind, samples } = JSON.parse(lines[0]!);
  assert.is(kind, "spike");
  assert.ok(samples.length > 0 && typeof samples[0].id === "string" && samples[0].loss > 0);
});

test("a run of wsd is ended by --decay from its last checkpoint, and no other is", async () => {
  const config = withKeys({ schedule: "wsd", steps: 1000, decaySteps: null });
  const folder = join(place, "long");
  const stop = new AbortController();
  const rates: number[] = [];
  const observer = {
    onStep: ({ step, learningRate }: { readonly step: number; readonly learningRate: number }) => {
      rates.push(learningRate);
      if (step === 4) stop.abort();
    },
  };
  await train({ config, folder, resume: false, observer, signal: stop.signal });
  const request = {
    configFile: undefined,
    overrides: [],
    name: "long",
    runs: place,
    ask: undefined,
    resume: true,
    fresh: false,
    decay: 4,
  };
  const run = await beginRun(request);
  assert.is(run?.config.train.steps, 8);
  const result = await train({ ...run!, observer });
  run!.lock.release();
  assert.is(result.outcome, "finished");
  const { lr, minLrRatio } = config.train;
  const falling = [0, 1, 2, 3].map((step) => lr * (minLrRatio + (1 - minLrRatio) * (1 - step / 4)));
  assert.equal(
    rates.map((rate) => rate.toFixed(9)),
    [lr / 2, lr, lr, lr, ...falling].map((rate) => rate.toFixed(9)),
  );
  assert.ok(existsSync(runPaths(folder).best));
  const refusal = async (change: object) =>
    beginRun({ ...request, ...change }).then(
      () => "begun",
      (error: Error) => error.message,
    );
  assert.match(await refusal({ resume: false }), /--decay ends a run that lies there/);
  assert.match(await refusal({ name: "whole" }), /this run's is cosine/);
});

test.run();
