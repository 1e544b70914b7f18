/** Training from another model, on the command line: begun by shorthands, resumed, drawn with. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { makeTinyBase } from "../trainers/tiny-base.ts";
import { pathloom, temporaryFolder } from "./pathloom.ts";
import { tinyRecipe } from "./tiny-recipe.ts";

const folder = temporaryFolder();
const recipe = tinyRecipe(folder, {
  tokenizer: "{ type: semantic, grid: 24, colors: 12-bit }",
  model: "{ contextLength: 300 }",
});
const base = await makeTinyBase(folder, "llama");
const run = join(folder, "small");

async function trained(...args: string[]) {
  const ended = await pathloom(["train", ...args, "--runs", folder, "--run", "small"]);
  assert.is(ended.code, 0, ended.stderr);
  return ended;
}

test("adapters over a model, by --model and --method, with samples and a report", async () => {
  await trained("--config", recipe, "--model", base, "--method", "lora", "--lora.rank", "2");
  const config = readFileSync(join(run, "config.yaml"), "utf8");
  assert.match(config, /from: .*llama/);
  assert.match(config, /method: lora/);
  for (const file of ["report.html", "samples/sheet.png", "checkpoints/best/tokenizer.json"]) {
    assert.ok(existsSync(join(run, file)), file);
  }
  const best = join(run, "checkpoints", "best");
  assert.ok(existsSync(join(best, "adapter_model.safetensors")));
  assert.not(existsSync(join(best, "model.safetensors")));
  const { heldOut } = JSON.parse(readFileSync(join(run, "summary.json"), "utf8"));
  assert.ok(heldOut.decoder.natsPerToken > 0 && heldOut.trigram.natsPerToken > 0);
  assert.ok(heldOut.before.natsPerToken > heldOut.decoder.natsPerToken);
  const scored = await pathloom([
    "evaluate",
    "--run",
    run,
    "--weight-dtype",
    "float32,nf4",
    "--json",
  ]);
  assert.is(scored.code, 0, scored.stderr);
  const [whole, rounded] = JSON.parse(scored.stdout).results;
  assert.ok(Math.abs(whole.natsPerToken - heldOut.decoder.natsPerToken) < 1e-5);
  assert.ok(rounded.change !== 0 && Math.abs(rounded.change) < 0.1, `${rounded.change}`);
});

test("the run goes on with its adapter, and draws", async () => {
  const { stderr } = await trained("--resume", "--train.steps", "8");
  assert.match(stderr, /going on after step 6/);
  const out = join(folder, "drawn");
  const args = ["--prompt", "arrow up", "--max-tokens", "60", "--out", out, "--json"];
  const drawn = await pathloom(["generate", "--run", run, ...args]);
  assert.is(drawn.code, 0, drawn.stderr);
  const [drawing] = JSON.parse(drawn.stdout).drawings;
  assert.match(drawing.svg, /^<svg /);
  assert.ok(drawing.tokens <= 60);
});

test("the run's adapter, merged into its model, draws by itself and over the model alike", async () => {
  const merged = join(folder, "merged");
  const adapter = ["--adapter", run];
  assert.is((await pathloom(["export", run, "--merge", "--to", merged])).code, 0);
  const args = ["--prompt", "heart", "--temperature", "0", "--max-tokens", "60", "--json"];
  const draw = async (...from: string[]) => {
    const out = join(folder, "either");
    const drawn = await pathloom(["generate", ...from, ...args, "--out", out]);
    assert.is(drawn.code, 0, drawn.stderr);
    return JSON.parse(drawn.stdout).drawings[0].svg;
  };
  const whole = await draw("--model", merged);
  assert.is(await draw(...adapter), whole);
  assert.is(await draw("--model", base, ...adapter), whole);
});

test("what another run began with is not changed by the shorthands", async () => {
  const other = ["train", "--runs", folder, "--run", "small", "--resume", "--method", "full"];
  const ended = await pathloom(other);
  assert.is(ended.code, 2);
  assert.match(ended.stderr, /train\.method is "lora" in this run, but "full" is asked for/);
});

test("a method that is none is refused", async () => {
  const ended = await pathloom(["train", "--config", recipe, "--model", base, "--method", "lorra"]);
  assert.is(ended.code, 2);
  assert.match(ended.stderr, /train\.method: expected full or lora or qlora or embeddings/);
});

test.run();
