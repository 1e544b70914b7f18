/** `pathloom evaluate`: held-out figures by the form of the weights. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { EvaluatedModel } from "../../src/runs/index.ts";
import { decodersFolder } from "../golden/golden.ts";
import { pathloom, temporaryFolder } from "./pathloom.ts";
import { tinyRecipe } from "./tiny-recipe.ts";

const folder = temporaryFolder();
const run = join(folder, "tiny");

async function evaluated(...args: string[]): Promise<EvaluatedModel> {
  const ended = await pathloom(["evaluate", ...args, "--json"]);
  assert.is(ended.code, 0, ended.stderr);
  return JSON.parse(ended.stdout);
}

test("a run's best model is scored as its training scored it", async () => {
  const train = ["train", "--config", tinyRecipe(folder), "--runs", folder];
  assert.is((await pathloom(train)).code, 0);
  const { decoder } = JSON.parse(readFileSync(join(run, "summary.json"), "utf8")).heldOut;
  const { checkpoint, heldOut, results } = await evaluated("--run", run);
  assert.equal([checkpoint, heldOut], [join(run, "checkpoints", "best"), true]);
  const [{ natsPerToken, tokens, drawings, weightDtype, change }] = results as [
    (typeof results)[0],
  ];
  assert.equal([weightDtype, change], ["float32", 0]);
  assert.equal([tokens, drawings], [decoder.tokens, decoder.drawings]);
  assert.ok(Math.abs(natsPerToken - decoder.natsPerToken) < 1e-5, `${natsPerToken}`);
});

test("every form of the weightDtype, with what it changes", async () => {
  const { results } = await evaluated(
    "--run",
    run,
    "--weight-dtype",
    "all",
    "--train.threads",
    "1",
  );
  assert.equal(
    results.map(({ weightDtype }) => weightDtype),
    ["float32", "bfloat16", "int8", "int4", "nf4", "nf4-double"],
  );
  const [whole] = results;
  for (const { weightDtype, natsPerToken, change, weightBytes, tokens } of results) {
    assert.is(change, natsPerToken - whole!.natsPerToken, weightDtype);
    assert.is(tokens, whole!.tokens, weightDtype);
    if (weightDtype === "float32") continue;
    assert.ok(
      change !== 0 && Math.abs(change) < 0.1,
      `${weightDtype} changes the loss by ${change}`,
    );
    assert.ok(weightBytes < whole!.weightBytes, weightDtype);
  }
});

test("for people: a table; --all scores what was trained on, too", async () => {
  const [some, all, model] = await Promise.all([
    pathloom(["evaluate", "--run", run, "--weight-dtype", "float32,int4"]),
    evaluated("--model", run, "--all", "--data.source", join(folder, "icons")),
    evaluated("--model", join(run, "checkpoints", "best"), "--all"),
  ]);
  assert.match(some.stdout, /best: \d held-out drawings of .*icons, \d+ tokens\n/);
  assert.match(some.stdout, /weights +memory +nats\/token +change +bits\/drawing\n/);
  assert.match(some.stdout, /\n +float32 +[\d.]+ MB +[\d.]+ +\+0\.0000 +[\d.]+\n +int4 +/);
  assert.is(all.heldOut, false);
  assert.is(all.results[0]!.drawings, 17);
  assert.equal(model.results, all.results, "a model within a run has the run's configuration");
});

test("what cannot be scored is refused", async () => {
  const model = join(decodersFolder, "llama-3");
  const refusals: [string[], RegExp][] = [
    [["--run", join(folder, "none"), "--data.source", "icons"], /none: no such run/],
    [["--model", model], /say which drawings to score, as --data\.source icons/],
    [["--model", model, "--data.source", folder], /llama-3: no tokenizer\.json/],
    [
      ["--run", run, "--weight-dtype", "int4,int3"],
      /--weight-dtype int4,int3: expected all, or some of/,
    ],
    [["--run", run, "--data.heldOut", "0"], /no drawing to score: none is held out.* --all/],
    [["--run", run, "--data.maxTokens", "8", "--all"], /scored: each is longer .*maxTokens\n$/],
    [["--run", join(run, "checkpoints", "best")], /only a run's whole folder, given by --run/],
    [["--run", run, "--train.lr", "1"], /--train\.lr: it is not read here/],
  ];
  await Promise.all(
    refusals.map(async ([args, message]) => {
      const { code, stderr } = await pathloom(["evaluate", ...args]);
      assert.match(stderr, message);
      assert.is(code, 2);
    }),
  );
});

test.run();
