/** Rejection sampling: its choice, its rounds, and that it goes on where it was stopped. */
import { appendFileSync, existsSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Config, loadConfig, resolveConfig } from "../../src/config/index.ts";
import { keepBest, pairUp, rejectionPaths, rejectionSampling } from "../../src/rejection/index.ts";
import { type DrawnRecord, readDrawn } from "../../src/rejection/records.ts";
import type { RewardFunction } from "../../src/rewards/index.ts";
import { train } from "../../src/runs/index.ts";
import { temporaryFolder } from "../checkpoints/temporary-folder.ts";
import { tinyRecipe } from "../cli/tiny-recipe.ts";

const drawn = (index: number, rewards: readonly number[]): DrawnRecord[] =>
  rewards.map((reward, generation) => ({
    ...{ prompt: `caption ${index}`, index, generation, reward, parts: { own: reward }, tokens: 5 },
    svg: `<svg>${index} ${reward}</svg>`,
  }));

test("the best of each caption are kept, no two alike, none below the threshold", () => {
  const records = [...drawn(0, [1, 3, 2, 3]), ...drawn(1, [-1, -2])];
  const rewards = (options: Parameters<typeof keepBest>[1]) =>
    keepBest(records, options).map(({ caption, reward }) => [caption, reward]);
  assert.equal(rewards({ keep: 1, threshold: null }), [
    ["caption 0", 3],
    ["caption 1", -1],
  ]);
  assert.equal(rewards({ keep: 2, threshold: 0 }), [
    ["caption 0", 3],
    ["caption 0", 2],
  ]);
  assert.equal(
    pairUp(records, 1.5).map(({ chosen_reward: best, rejected_reward: worst }) => [best, worst]),
    [[3, 1]],
  );
  assert.equal(
    pairUp(records, 0.5, 0).map(({ chosen_reward: best }) => best),
    [3],
  );
});

const place = temporaryFolder();
const recipe = loadConfig(tinyRecipe(place));
const base = join(place, "base");
await train({ config: recipe, folder: base, resume: false });

/** Shorter is better, and none is out of reach of a model that has learnt next to nothing. */
const short: RewardFunction = (batch) => batch.map(({ ids }) => -ids.length / 10);

function configOf(change: Partial<Config["rejection"]> = {}, trained: object = {}): Config {
  return resolveConfig({
    data: recipe.data,
    tokenizer: recipe.tokenizer,
    model: { from: base },
    train: {
      ...{ steps: 12, batchSize: 4, lr: 3e-3, warmupSteps: 0, engine: "onnx", threads: 1 },
      ...{ schedule: "constant", weightDecay: 0, ...trained },
    },
    generate: { temperature: 1, topP: 1, maxTokens: 40 },
    rejection: {
      ...{ rounds: 2, reward: "short", generations: 6, heldOutPrompts: 4, heldOutGenerations: 16 },
      ...change,
    },
  });
}

const rewards = { short };
const whole = join(place, "whole");
const result = await rejectionSampling({ config: configOf(), folder: whole, rewards });
const paths = rejectionPaths(whole);

test("each round's model is better on captions that were never trained on", () => {
  assert.is(result.outcome, "finished");
  const measured = result.rounds.map(({ heldOut }) => heldOut?.reward ?? Number.NaN);
  assert.is(measured.length, 3);
  assert.ok(measured[2]! > measured[0]! + 0.1, measured.join(", "));
  const { gain } = result.rounds[2]!.heldOut!;
  assert.ok(Math.abs(gain!.reward - (measured[2]! - measured[0]!)) < 1e-9);
  assert.ok(gain!.error! > 0);
  assert.is(result.rounds[0]!.heldOut!.gain, undefined);
  const [, first] = result.rounds;
  assert.ok(first!.drawn!.best > first!.drawn!.reward);
  assert.is(first!.drawn!.drawings, 6 * first!.drawn!.prompts);
  assert.is(result.model, paths.run(2));
});

test("a round leaves its drawings, what it learnt from, pairs, and its run", () => {
  const records = readDrawn(paths.samples(1));
  assert.is(records.length, result.rounds[1]!.drawn!.drawings);
  const lines = (file: string) =>
    readFileSync(file, "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  const kept = lines(paths.kept(1));
  assert.is(kept.length, result.rounds[1]!.drawn!.kept);
  assert.equal(Object.keys(kept[0]!), ["id", "caption", "svg", "reward"]);
  const [pair] = lines(paths.pairs(1)) as [Record<"chosen_reward" | "rejected_reward", number>];
  assert.ok(pair.chosen_reward > pair.rejected_reward);
  assert.ok(existsSync(join(paths.run(1), "log.jsonl")));
});

test("finished rounds are not repeated, and more of them go on behind", async () => {
  const before = readFileSync(paths.rounds, "utf8");
  const again = await rejectionSampling({
    config: configOf({ rounds: 1 }),
    folder: whole,
    rewards,
  });
  assert.equal(again.rounds, result.rounds);
  assert.is(readFileSync(paths.rounds, "utf8"), before);
});

test("what was stopped, and even cut within a line, goes on to the same drawings and weights", async () => {
  const folder = join(place, "stopped");
  const own = rejectionPaths(folder);
  const stop = new AbortController();
  const observer = { onRound: ({ round }: { round: number }) => round === 1 && stop.abort() };
  const options = { config: configOf(), folder, rewards };
  const part = await rejectionSampling({ ...options, observer, signal: stop.signal });
  assert.is(part.outcome, "interrupted");
  assert.is(part.rounds.length, 2);
  // As a kill may leave them.
  truncateSync(own.rounds, readFileSync(own.rounds).length - 20);
  appendFileSync(own.heldOut(1), '{"prompt": "hea');
  await rejectionSampling(options);
  for (const round of [1, 2]) {
    for (const file of ["samples", "heldOut"] as const) {
      assert.is(readFileSync(own[file](round), "utf8"), readFileSync(paths[file](round), "utf8"));
    }
  }
});

async function refusal(config: Config, folder: string, more = {}): Promise<string> {
  try {
    await rejectionSampling({ config, folder, rewards, ...more });
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("it was not refused");
}

test("a reward that throws ends with one line, and what is finished stays", async () => {
  const folder = join(place, "thrown");
  let calls = 0;
  const faulty: RewardFunction = (batch) => {
    if (++calls > 1) throw new Error("out of paint");
    return short(batch);
  };
  const message = await refusal(configOf(), folder, { rewards: { short: faulty } });
  assert.is(message, "the reward short threw: out of paint");
  const { rounds } = await rejectionSampling({ config: configOf({ rounds: 1 }), folder, rewards });
  assert.equal(rounds[0]?.heldOut, result.rounds[0]?.heldOut);
});

test("it is refused where it cannot go on as it began, and where nothing is left to learn from", async () => {
  assert.match(await refusal(configOf({ generations: 7 }), whole), /rejection\.generations is 6/);
  const none = configOf({ threshold: 5 });
  assert.match(
    await refusal(none, join(place, "none")),
    /rejection\.threshold: none of \d+ drawings/,
  );
  const other = join(place, "icons");
  assert.match(await refusal(configOf(), other), /holds other things/);
  writeFileSync(join(place, "note.txt"), "");
});

test("the recipe icons-rejection runs with a small twin", async () => {
  const overrides = {
    ...{ "data.source": join(place, "icons"), "data.heldOut": 0.3, "model.from": base },
    ...{ "model.contextLength": null, "train.steps": 20, "train.engine": "onnx" },
    ...{ "train.threads": 1, "generate.maxTokens": 40, "rejection.rounds": 1 },
    ...{ "rejection.generations": 2, "rejection.heldOutGenerations": 1 },
  };
  const config = loadConfig(
    join(import.meta.dirname, "../../configs/icons-rejection.yaml"),
    Object.entries(overrides).map(([path, value]) => ({ path, text: JSON.stringify(value) })),
  );
  const { rounds, outcome } = await rejectionSampling({ config, folder: join(place, "recipe") });
  assert.is(outcome, "finished");
  for (const { heldOut } of rounds) assert.ok(heldOut!.reward >= 0 && heldOut!.reward <= 1);
});

test("rounds of adapters begin from the model with the adapter before in it", async () => {
  const folder = join(place, "adapters");
  const own = rejectionPaths(folder);
  const config = {
    ...configOf(
      { heldOutPrompts: 1, heldOutGenerations: 2 },
      { method: "lora", steps: 3, lr: 1e-2 },
    ),
    lora: { ...configOf().lora, rank: 2 },
  };
  const { rounds, model } = await rejectionSampling({ config, folder, rewards });
  assert.is(model, own.merged(2));
  // One caption says nothing of how far others would be.
  assert.equal(
    rounds.map(({ heldOut }) => [heldOut?.error, heldOut?.gain?.error]),
    [
      [null, undefined],
      [null, null],
      [null, null],
    ],
  );
  assert.equal(
    rounds.map((round) => round.model),
    [base, own.merged(1), own.merged(2)],
  );
  const saved = (path: string) => readFileSync(join(path, "model.safetensors"));
  assert.is.not(saved(own.merged(1)).compare(saved(own.merged(2))), 0);
  assert.ok(existsSync(join(own.merged(2), "tokenizer.json")));
});

test("a reward module that has changed is refused, with the way on", async () => {
  const folder = join(place, "module");
  const file = join(place, "reward.mjs");
  const write = (by: number) =>
    writeFileSync(file, `export default (batch) => batch.map(({ ids }) => -ids.length / ${by});`);
  write(10);
  const config = configOf({ reward: file, rounds: 1, heldOutPrompts: 0 }, { steps: 2 });
  await rejectionSampling({ config, folder });
  assert.is((await rejectionSampling({ config, folder })).outcome, "finished");
  write(20);
  assert.match(await refusal(config, folder), /reward\.mjs has changed since these rounds began/);
  write(10);
  assert.is((await rejectionSampling({ config, folder })).outcome, "finished");
});

test("it learns from pairs, too", async () => {
  const config = configOf({ rounds: 1 }, { task: "dpo", steps: 6, lr: 1e-3 });
  const { rounds } = await rejectionSampling({ config, folder: join(place, "dpo"), rewards });
  assert.ok(rounds[1]!.heldOut!.reward > rounds[0]!.heldOut!.reward - 1);
  const { kept, prompts } = rounds[1]!.drawn!;
  // Less those of which all drawings are worth the same.
  assert.ok(kept > 0 && kept <= prompts, `${kept} of ${prompts}`);
});

test.run();
