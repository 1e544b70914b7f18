/**
 * The config.json of published models, with the keys as their authors wrote them: each gives a decoder
 * with as many parameters as the model is known to have.
 */

import { readFileSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { familyFor, familyOf, parameterCount } from "../../models/index.ts";

interface Published {
  readonly config: Readonly<Record<string, unknown>>;
  readonly parameters: number;
}

const file = new URL("../fixtures/published-configs.json", import.meta.url);
const published = JSON.parse(readFileSync(file, "utf8")) as Readonly<Record<string, Published>>;

for (const [name, { config, parameters }] of Object.entries(published)) {
  test(`${name} has ${parameters.toLocaleString("en")} parameters and is saved as its own kind`, () => {
    const family = familyOf(config);
    const read = family.readConfig(config);
    assert.is(parameterCount(read), parameters);
    const again = family.readConfig(JSON.parse(JSON.stringify(family.writeConfig(read))));
    assert.equal(again, read);
    assert.is.not(familyFor(read).modelType, "pathloom");
  });
}

function decoderOf(name: string) {
  const { config } = published[name]!;
  return familyOf(config).readConfig(config);
}

test("Gemma's windows: every other layer in Gemma 2, five of six in Gemma 3", () => {
  const layers = (name: string) => decoderOf(name).attention.window!.layers.slice(0, 7);
  assert.equal(layers("google/gemma-2-2b"), [0, 2, 4, 6, 8, 10, 12]);
  assert.equal(layers("google/gemma-3-1b-pt"), [0, 1, 2, 3, 4, 6, 7]);
});

test("Mistral's window is of all layers, Qwen's is off, and R1-Distill keeps its own frequencies", () => {
  const mistral = decoderOf("mistralai/Mistral-7B-v0.1").attention.window!;
  assert.equal([mistral.size, mistral.layers.length], [4096, 32]);
  assert.is(decoderOf("Qwen/Qwen2.5-0.5B").attention.window, null);
  const { rope } = decoderOf("deepseek-ai/DeepSeek-R1-Distill-Llama-8B");
  assert.equal([rope.theta, rope.scaling?.type], [500_000, "llama3"]);
});

test.run();
