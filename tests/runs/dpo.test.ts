/** A run that learns from pairs: its data, its figures, and that it goes on exactly as it began. */
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { DataCard } from "../../data/index.ts";
import { type Config, loadConfig, resolveConfig } from "../../src/config/index.ts";
import { readLog } from "../../src/report/index.ts";
import type { EvaluationEvent, StepEvent } from "../../src/runs/events.ts";
import { train } from "../../src/runs/index.ts";
import { temporaryFolder } from "../checkpoints/temporary-folder.ts";
import { tinyRecipe } from "../cli/tiny-recipe.ts";
import { answers, launchers, startRanks, whyNone } from "../distributed/mpirun.ts";
import { skipTests } from "../testing/skip.ts";

const place = temporaryFolder();
const recipe = loadConfig(tinyRecipe(place));
const base = join(place, "base");
await train({ config: recipe, folder: base, resume: false });

const icons = join(place, "icons");
const svgOf = (name: string) => readFileSync(join(icons, name), "utf8");
const names = readdirSync(icons).sort();
const source = join(place, "pairs.jsonl");
const said = (role: string, content: string) => ({ role, content });
writeFileSync(
  source,
  [
    ...names.map((name, i) => ({
      prompt: name.replace(".svg", "").replaceAll("-", " "),
      chosen: svgOf(name),
      rejected: svgOf(names[(i + 3) % names.length]!),
    })),
    { prompt: "broken", chosen: svgOf("heart.svg"), rejected: "<svg" },
    { prompt: "heart", chosen: svgOf("heart.svg"), rejected: svgOf("heart.svg") },
    { caption: "alone", svg: svgOf("heart.svg") },
    {
      prompt: [said("user", "a square")],
      chosen: [said("assistant", `Here:\n${svgOf("square.svg")}\nDone.`)],
      rejected: [said("assistant", svgOf("star.svg"))],
    },
  ]
    .map((row) => JSON.stringify(row))
    .join("\n"),
);

function configOf(change: { readonly [key: string]: unknown } = {}): Config {
  return resolveConfig({
    data: { source, heldOut: 0.3 },
    tokenizer: recipe.tokenizer,
    model: { from: base },
    train: {
      ...{
        task: "dpo",
        steps: 6,
        batchSize: 2,
        lr: 1e-3,
        warmupSteps: 0,
        saveEvery: 2,
        evalEvery: 3,
      },
      ...{ engine: "onnx", threads: 1, ...change },
    },
    dpo: { beta: 0.2 },
    generate: { samples: 0 },
    report: { logEvery: 1 },
    evaluate: { drawn: 0 },
  });
}

async function trained(name: string, config: Config, stopAt = 0, resume = false) {
  const folder = join(place, name);
  const stop = new AbortController();
  const steps: StepEvent[] = [];
  const evaluations: EvaluationEvent[] = [];
  const result = await train({
    config,
    folder,
    resume,
    signal: stop.signal,
    observer: {
      onStep: (step) => {
        steps.push(step);
        if (step.step === stopAt) stop.abort();
      },
      onEvaluation: (event) => evaluations.push(event),
    },
  });
  const weights = () => readFileSync(join(folder, "checkpoints/step-000006/model.safetensors"));
  return { folder, steps, evaluations, result, weights };
}

const whole = await trained("whole", configOf());

test("pairs are read in TRL's columns and as chats; other rows are counted", () => {
  const read = (file: string) => readFileSync(join(whole.folder, file), "utf8");
  const card = JSON.parse(read("data-card.json")) as DataCard;
  assert.is(card.totals.rows, names.length + 4);
  assert.is(card.totals.train + card.totals.heldOut, names.length + 1);
  const reasons = read("left-out.jsonl").trim().split("\n").join("\n");
  assert.match(reasons, /rejected: /);
  assert.match(reasons, /the chosen drawing is the rejected one/);
  assert.match(reasons, /no rejected drawing beside it/);
});

test("it begins at ln 2 and tells TRL's figures, in the log too", () => {
  const [before] = whole.evaluations;
  assert.ok(Math.abs((before?.objective ?? 0) - Math.LN2) < 1e-5, `${before?.objective}`);
  assert.ok((before?.loss ?? 0) > 1, "nats a token of the chosen drawings");
  const [first] = whole.steps;
  assert.ok(Math.abs((first?.loss ?? 0) - Math.LN2) < 1e-4);
  const last = whole.steps.at(-1)!;
  assert.ok(last.loss < Math.LN2, `${last.loss}`);
  assert.equal(Object.keys(last.figures ?? {}), [
    ...["rewards/chosen", "rewards/rejected", "rewards/accuracies", "rewards/margins"],
    ...["logps/chosen", "logps/rejected"],
  ]);
  const log = readLog(join(whole.folder, "log.jsonl"));
  const logged = log.find((record) => record.kind === "step" && record.step === 6);
  assert.equal(logged?.kind === "step" && logged.figures, last.figures);
  const evaluated = log.filter((record) => record.kind === "evaluation");
  assert.ok(evaluated.every(({ objective }) => objective !== undefined));
});

test("a run that was stopped ends in the very weights of one that was not", async () => {
  const stopped = await trained("stopped", configOf(), 3);
  assert.is(stopped.result.outcome, "interrupted");
  const resumed = await trained("stopped", configOf(), 0, true);
  assert.is(resumed.result.outcome, "finished");
  assert.is(resumed.steps.length, 3);
  assert.ok(resumed.weights().equals(whole.weights()));
});

test("it does not go on without what the pairs were worth at the start", async () => {
  await trained("without", configOf(), 3);
  rmSync(join(place, "without", "reference-log-probs.safetensors"));
  try {
    await trained("without", configOf(), 0, true);
    assert.unreachable();
  } catch (error) {
    assert.match((error as Error).message, /reference-log-probs\.safetensors: .*cannot go on/);
  }
});

const [launcher] = launchers();
if (launcher === undefined) skipTests(whyNone);
else {
  const ofRanks = async (name: string) => {
    const worker = join(import.meta.dirname, "dpo-ranks-worker.ts");
    const text = JSON.stringify(configOf({ gradientAccumulationSteps: 1 }));
    const ended = await startRanks(launcher, 2, [worker, text, join(place, name)]);
    return answers<{ rank: number; end: string }>(ended).map(({ end }) => end);
  };

  test("ranks without a common disk each score the pairs, and train", async () => {
    assert.equal(await ofRanks("apart"), ["finished at 6", "finished at 6"]);
  });

  test("a rank that finds other scores of the pairs is refused, with the file's name", async () => {
    const folder = join(place, "stale", "rank-1");
    mkdirSync(folder, { recursive: true });
    const file = "reference-log-probs.safetensors";
    const bytes = readFileSync(join(whole.folder, file));
    // A quarter of a score, not the last bits in which processors differ.
    bytes[bytes.length - 2]! ^= 0x40;
    writeFileSync(join(folder, file), bytes);
    for (const end of await ofRanks("stale")) {
      assert.match(
        end,
        /^UsageError: .*\(reference-log-probs\.safetensors\): rank 0 has means of .* nats, but rank 1 has means of .* nats; give all processes the same files/,
      );
    }
  });
}

test("a table of pairs is read by other tasks as its chosen drawings", async () => {
  const table = join(place, "as-sft.jsonl");
  copyFileSync(source, table);
  const config = {
    ...configOf({ task: "sft", steps: 1 }),
    data: { ...recipe.data, source: table },
  };
  const { steps } = await trained("sft", config);
  assert.ok(steps[0]!.loss > 1);
});

test("the recipe icons-dpo trains a small twin, and its loss falls", async () => {
  const overrides = {
    ...{ "data.source": source, "model.from": base, "model.contextLength": null },
    ...{ "train.epochs": null, "train.steps": 20, "train.batchSize": 2, "train.lr": 1e-3 },
    ...{ "train.engine": "onnx", "train.threads": 1 },
  };
  const config = loadConfig(
    join(import.meta.dirname, "../../configs/icons-dpo.yaml"),
    Object.entries(overrides).map(([path, value]) => ({ path, text: JSON.stringify(value) })),
  );
  const { steps } = await trained("recipe", config);
  assert.is(steps.length, 20);
  assert.ok(steps.at(-1)!.figures!["rewards/margins"]! > 0.01);
});

test("what pairs have no use for is refused by name", () => {
  const refused = (change: object, message: RegExp) =>
    assert.throws(() => resolveConfig(change), message);
  refused({ train: { task: "dpo", steps: 1 } }, /model\.from: expected a model to begin with/);
  refused(
    { train: { task: "dpo", steps: 1, labelSmoothing: 0.1 }, model: { from: base } },
    /train\.labelSmoothing: expected 0 .*dpo\.labelSmoothing/,
  );
  refused({ dpo: { lossType: "ipo", labelSmoothing: 0.1 } }, /dpo\.labelSmoothing: expected 0/);
});

test.run();
