/**
 * The published recipes train: twenty steps of each lower its loss, over a small twin of the model that
 * they name, in its family's own layout.
 */

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { openSavedModel } from "../../checkpoints/index.ts";
import { loadConfig } from "../../src/config/index.ts";
import { train } from "../../src/runs/index.ts";
import { makeTinyBase } from "./tiny-base.ts";

const root = join(import.meta.dirname, "../..");
const scratch = mkdtempSync(join(tmpdir(), "pathloom-recipes-"));

/** By the model that a recipe names, the golden decoder whose shape its twin has. */
const twins: readonly (readonly [model: RegExp, layout: string])[] = [
  [/\/gpt2/, "gpt2"],
  [/DeepSeek-R1-Distill-Qwen/, "deepseek-r1-distill-qwen"],
  [/Llama-3\.2/, "llama-3.2"],
  [/Llama-3-/, "llama-3"],
  [/Falcon3/, "llama-2"],
  [/gemma-3/, "gemma-3"],
  [/phi-2/, "phi-2"],
  [/phi-4/, "phi-3"],
  [/Qwen2\.5/, "qwen2"],
];
const steps = 20;
const made = new Map<string, string>();

async function twinOf(model: string | null): Promise<string> {
  const layout = twins.find(([pattern]) => pattern.test(model ?? ""))?.[1];
  assert.ok(layout !== undefined, `no twin of ${model}`);
  const path = made.get(layout) ?? (await makeTinyBase(scratch, layout));
  made.set(layout, path);
  return path;
}

test.after(() => rmSync(scratch, { recursive: true, force: true }));

/** Filled drawings, which every tokenizer can say. */
const source = join(scratch, "filled.jsonl");
const rows = ["heart", "square", "circle", "triangle"].map((caption) => {
  const file = join(root, "node_modules/@tabler/icons/icons/filled", `${caption}.svg`);
  return JSON.stringify({ caption, svg: readFileSync(file, "utf8") });
});
writeFileSync(source, rows.join("\n"));

/** What must be smaller here; everything else is the recipe's. */
function smaller(file: string, from: string | null) {
  const own = { "model.layers": 1, "model.hiddenSize": 16, "model.heads": 2 };
  const keys = {
    ...(from === null ? own : {}),
    "data.source": source,
    "data.heldOut": 0,
    "model.from": from,
    "model.contextLength": 640,
    "train.epochs": null,
    "train.steps": steps,
    "train.warmupSteps": 2,
    "train.batchSize": 1,
    "train.gradientAccumulationSteps": 2,
    "train.engine": "onnx",
    "train.threads": 1,
  };
  return loadConfig(
    file,
    Object.entries(keys).map(([path, value]) => ({ path, text: JSON.stringify(value) })),
  );
}

const recipes = readdirSync(join(root, "configs"))
  .filter((file) => /^(llm4svg|thesis|omnisvg)-.*\.yaml$/.test(file))
  .sort();

for (const file of recipes) {
  test(`${file} lowers its loss and saves what it says`, async () => {
    const path = join(root, "configs", file);
    const { from } = loadConfig(path, []).model;
    const config = smaller(path, from === null ? null : await twinOf(from));
    const losses: number[] = [];
    const folder = join(scratch, file);
    await train({
      config,
      folder,
      resume: false,
      observer: { onStep: ({ loss, targetCount }) => losses.push(loss * targetCount) },
    });
    assert.is(losses.length, steps);
    // Sums, for two steps read all four drawings, in pairs of other lengths.
    const [first, last] = [losses.slice(0, 2), losses.slice(-2)].map((two) => two[0]! + two[1]!);
    assert.ok(last! < first!, `from ${first} to ${last}`);
    const saved = openSavedModel(
      join(folder, "checkpoints", `step-${String(steps).padStart(6, "0")}`),
    );
    assert.is(saved.kind, config.train.method === "lora" ? "adapter" : "whole");
    saved.close();
    assert.is(existsSync(join(folder, "ema", "config.json")), config.train.emaDecay !== null);
  });
}

test.run();
