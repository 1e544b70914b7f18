/** A training run from the command line, from the first step to the report, and what follows it. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { pathloom, pathloomProcess, temporaryFolder } from "./pathloom.ts";
import { tinyRecipe } from "./tiny-recipe.ts";

const folder = temporaryFolder();
const recipe = tinyRecipe(folder);
const run = join(folder, "runs", "tiny");
const train = ["train", "--config", recipe, "--runs", join(folder, "runs")];

test("a run ends with a model, drawings, a sheet, a curve, a page and the figures", async () => {
  const ended = await pathloomProcess(train);
  assert.is(ended.code, 0, ended.stderr);
  for (const [name, path] of [
    ["model", "checkpoints/best"],
    ["drawings", "samples"],
    ["contact sheet", "samples/sheet.png"],
    ["loss curve", "loss.svg"],
    ["report", "report.html"],
  ] as const) {
    const said = name === "model" ? " \\(of step \\d+, which drew\\)" : "";
    assert.match(ended.stdout, new RegExp(`${name} +${join(run, path)}${said}\n`));
    assert.ok(existsSync(join(run, path)), path);
  }
  assert.match(ended.stdout, /this decoder +[\d.]+ nats\/token +\d+ bits\/drawing/);
  assert.match(ended.stdout, /smoothed trigram +[\d.]+ nats\/token/);
  assert.match(
    ended.stderr,
    /100 % {2}step 6\/6 {2}loss [\d.]+ .* tokens\/s .* of peak {2}0 s left/,
  );
  const model = readdirSync(join(run, "checkpoints", "best"));
  for (const file of ["config.json", "model.safetensors", "tokenizer.json"]) {
    assert.ok(model.includes(file), file);
  }
  const samples = readdirSync(join(run, "samples")).filter((file) => file.endsWith(".svg"));
  assert.is(samples.length, 3);
  assert.is(samples[0], "01-arrow-up.svg");
  const log = readFileSync(join(run, "log.jsonl"), "utf8").trim().split("\n");
  const steps = log.map((line) => JSON.parse(line)).filter(({ kind }) => kind === "step");
  assert.equal(
    steps.map(({ step }) => step),
    [1, 2, 4, 6],
  );
  const summary = JSON.parse(readFileSync(join(run, "summary.json"), "utf8"));
  assert.is(summary.figures.steps, 6);
  assert.ok(summary.heldOut.decoder.natsPerToken > 0);
  assert.not(existsSync(join(run, "run.lock")));
});

test("the page stands alone and holds what was drawn", () => {
  const page = readFileSync(join(run, "report.html"), "utf8");
  assert.not.match(page, /(src|href)="(?!#|data:)|@import|<script|<link/);
  assert.match(page, /<figcaption>arrow up/);
  assert.match(page, /smoothed trigram/);
  assert.match(page, /steps: 6/);
  assert.ok((page.match(/<svg /g)?.length ?? 0) >= 4);
});

test("the same command again changes nothing and says what to do", async () => {
  const before = readFileSync(join(run, "log.jsonl"), "utf8");
  const ended = await pathloom(train);
  assert.is(ended.code, 2);
  assert.match(ended.stderr, /already holds a run \(saved at step 6\); add --resume .* --fresh/);
  assert.is(readFileSync(join(run, "log.jsonl"), "utf8"), before);
});

test("generate draws captions, and the same seed gives the same drawings", async () => {
  const generate = async (seed: string, out: string) => {
    const ended = await pathloomProcess([
      ...["generate", "--run", run, "--prompt", "arrow up", "--prompt", "<&>", "-n", "2", "--json"],
      ...["--seed", seed, "--temperature", "0.9", "--out", join(folder, out)],
    ]);
    assert.is(ended.code, 0, ended.stderr);
    return JSON.parse(ended.stdout) as {
      drawings: { file: string; svg: string; prompt: string }[];
    };
  };
  const first = await generate("7", "a");
  assert.equal(
    first.drawings.map(({ prompt }) => prompt),
    ["arrow up", "arrow up", "<&>", "<&>"],
  );
  for (const { file, svg } of first.drawings) assert.is(readFileSync(file, "utf8"), svg);
  assert.is.not(first.drawings[0]?.svg, first.drawings[1]?.svg);
  assert.ok(existsSync(join(folder, "a", "sheet.png")));
  const svgs = ({ drawings }: typeof first) => drawings.map(({ svg }) => svg);
  assert.equal(svgs(await generate("7", "b")), svgs(first));
});

test("a prompt longer than the context is refused", async () => {
  const prompt = "arrow ".repeat(200);
  const ended = await pathloom(["generate", "--run", run, "--prompt", prompt, "--out", folder]);
  assert.is(ended.code, 1);
  assert.match(ended.stderr, /^pathloom: prompt "arrow arrow .*: shorten it\n$/);
});

test("tokenize with the run's tokenizer comes back unchanged, and shows its tokens", async () => {
  const icon = join(folder, "icons", "arrow-up.svg");
  const counted = await pathloom(["tokenize", icon, "--run", run, "--round-trip", "--json"]);
  assert.is(counted.code, 0, counted.stderr);
  const [line, last] = counted.stdout
    .trim()
    .split("\n")
    .map((text) => JSON.parse(text));
  assert.is(line.file, icon);
  assert.ok(line.tokens > 5);
  assert.is(line.identical, true);
  assert.ok(line.pixelError < 0.02);
  assert.equal([line.dropped, line.error], [{}, null]);
  assert.equal([last.totals.files, last.totals.identical, last.totals.errors], [1, 1, 0]);
  const page = join(folder, "tokens.html");
  assert.is((await pathloom(["tokenize", icon, "--run", run, "--show", page])).code, 0);
  assert.match(readFileSync(page, "utf8"), /class="tokens"><i style="--hue:\d+" title="id \d+">/);
});

test.run();
