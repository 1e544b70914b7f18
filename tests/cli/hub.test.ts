/** Models of the Hub on the command line, from a server on this machine that speaks its protocol. */

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { openSavedModel } from "../../checkpoints/index.ts";
import { runStateOf } from "../../src/runs/index.ts";
import { commit, MisbehavingHub } from "../checkpoints/hub/misbehaving-hub.ts";
import { makeTinyBase } from "../trainers/tiny-base.ts";
import { pathloom, temporaryFolder } from "./pathloom.ts";
import { tinyRecipe } from "./tiny-recipe.ts";

const folder = temporaryFolder();
const recipe = tinyRecipe(folder, {
  tokenizer: "{ type: semantic, grid: 24 }",
  model: "{ contextLength: 300 }",
});
const base = await makeTinyBase(folder, "gpt2");
const hub = await MisbehavingHub.start();
const id = "icons/tiny-gpt2";
const names = readdirSync(base).filter((name) => name !== "checkpoint.json");
hub.add(id, {
  files: Object.fromEntries(names.map((name) => [name, readFileSync(join(base, name))])),
  large: ["model.safetensors"],
});
const env = { HF_ENDPOINT: hub.endpoint, HF_HUB_CACHE: join(folder, "cache"), HF_TOKEN: "" };
const run = join(folder, "hub");

async function done(args: readonly string[], more: Record<string, string> = {}) {
  const ended = await pathloom(args, { env: { ...env, ...more } });
  assert.is(ended.code, 0, ended.stderr);
  return ended;
}

test("train takes an id, and the run notes the commit that it began from", async () => {
  const asked = ["--model", id, "--method", "lora", "--lora.rank", "2"];
  await done(["train", "--config", recipe, ...asked, "--runs", folder, "--run", "hub"]);
  const saved = openSavedModel(join(run, "checkpoints", "best"));
  const state = runStateOf(saved);
  saved.close();
  assert.equal([state?.base?.source, state?.base?.revision], [id, commit]);
  assert.is(saved.kind === "adapter" && saved.base, id);
});

test("the run goes on, draws and is exported from the cache alone", async () => {
  const offline = { HF_HUB_OFFLINE: "1" };
  const before = hub.requests.length;
  await done(
    ["train", "--runs", folder, "--run", "hub", "--resume", "--train.steps", "8"],
    offline,
  );
  const drawn = ["--prompt", "heart", "--max-tokens", "60", "--out", join(folder, "drawn")];
  await done(["generate", "--run", run, ...drawn], offline);
  const [hf, peft] = [join(folder, "whole"), join(folder, "adapter")];
  await done(["export", run, "--to", hf, "--dtype", "bfloat16"], offline);
  await done(["export", run, "--to", peft, "--format", "peft"], offline);
  assert.is(JSON.parse(readFileSync(join(hf, "config.json"), "utf8")).torch_dtype, "bfloat16");
  assert.ok(existsSync(join(peft, "adapter_model.safetensors")));
  assert.is(hub.requests.length, before);
});

test("inspect tells of an adapter's run, and of a model by its id", async () => {
  const { stdout } = await done(["inspect", run, "--json"]);
  const { adapter, family } = JSON.parse(stdout);
  assert.equal([family, adapter.rank], ["gpt2", 2]);
  assert.ok(adapter.parameters > 100);
  const { stdout: text } = await done(["inspect", `${id}@main`]);
  assert.match(text, /family +gpt2/);
});

test("an id that is none of the Hub's is told of in one line", async () => {
  const ended = await pathloom(["inspect", "icons/nothing"], { env });
  assert.is(ended.code, 1);
  assert.match(ended.stderr, /^pathloom: icons\/nothing@main: there is no such repository .+\n$/);
});

test.after(() => hub.stop());

test.run();
