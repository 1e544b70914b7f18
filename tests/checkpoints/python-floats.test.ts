import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { printWithFloats } from "../../checkpoints/files/python-floats.ts";
import type { JsonValue } from "../../checkpoints/files/strict-json.ts";
import { saveCheckpoint } from "../../checkpoints/index.ts";
import { decodersFolder, goldenNames } from "../golden/golden.ts";
import { temporaryFolder } from "./temporary-folder.ts";

function linesOf(contents: object, name: string): string[] {
  const folder = join(temporaryFolder(), "model");
  saveCheckpoint(folder, { config: {}, tensors: [], ...contents });
  const text = readFileSync(join(folder, name), "utf8");
  return text.split("\n").map((line) => line.trim());
}

test("floats of a config.json keep their fraction, whole numbers stay whole", () => {
  const config = {
    final_logit_softcapping: 30,
    hidden_size: 2304,
    label2id: { factor: 3, rope_theta: 4 },
    rms_norm_eps: 1e-6,
    rope_parameters: { full_attention: { rope_theta: 1000 }, sliding_attention: { factor: 2 } },
    rope_scaling: {
      factor: 8,
      long_factor: [1, 1.5],
      original_max_position_embeddings: 8192,
      type: 'a "factor": 8',
    },
    rope_theta: 10_000,
    text_config: { rope_theta: 20_000, vocab_size: 7 },
    empty: [{}, []],
  };
  const lines = linesOf({ config }, "config.json");
  assert.equal(JSON.parse(lines.join("\n")), config);
  for (const line of [
    '"final_logit_softcapping": 30.0,',
    '"hidden_size": 2304,',
    '"factor": 3,',
    '"rope_theta": 4',
    '"rms_norm_eps": 0.000001,',
    '"rope_theta": 1000.0',
    '"factor": 2.0',
    '"factor": 8.0,',
    "1.0,",
    '"original_max_position_embeddings": 8192,',
    '"type": "a \\"factor\\": 8"',
    '"rope_theta": 10000.0,',
    '"rope_theta": 20000.0,',
    '"vocab_size": 7',
  ]) {
    assert.ok(lines.includes(line), line);
  }
});

for (const name of goldenNames(decodersFolder)) {
  test(`${name}: every whole float that transformers wrote in config.json is written as one`, () => {
    const text = readFileSync(join(decodersFolder, name, "config.json"), "utf8");
    const printed = linesOf({ config: JSON.parse(text) }, "config.json");
    const floats = text.split("\n").filter((line) => /-?\d+\.0,?$/.test(line));
    const lost = floats.filter((line) => !hasLine(printed, line.trim()));
    assert.equal(lost, []);
  });
}

/** Whether it is the last of its object or not. */
const hasLine = (lines: readonly string[], line: string) =>
  lines.some((each) => each.replace(/,$/, "") === line.replace(/,$/, ""));

test("floats of a generation_config.json keep their fraction", () => {
  const lines = linesOf(
    { generationConfig: { temperature: 1, top_k: 50, eos_token_id: [1, 2] } },
    "generation_config.json",
  );
  for (const line of ['"temperature": 1.0,', '"top_k": 50,', "1,"]) {
    assert.ok(lines.includes(line), line);
  }
});

test("numbers of a tokenizer and of a training state are as they were given", () => {
  const names = ["factor", "rope_theta", "temperature", "lora_dropout"];
  const vocab = Object.fromEntries(names.map((name, id) => [name, id]));
  for (const [contents, name] of [
    [{ tokenizer: { model: { vocab }, ...vocab } }, "tokenizer.json"],
    [{ trainingState: vocab }, "training_state.json"],
  ] as const) {
    assert.not.match(linesOf(contents, name).join("\n"), /\.0/);
  }
});

test("everything but floats is printed as JSON.stringify does", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      // Negative zero is no JSON that JSON.stringify prints.
      const plain = JSON.parse(JSON.stringify(value)) as JsonValue;
      assert.is(
        printWithFloats(plain, () => false),
        JSON.stringify(plain, null, 2),
      );
    }),
  );
});

test.run();
