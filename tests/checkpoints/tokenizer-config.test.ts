import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { saveCheckpoint } from "../../checkpoints/index.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const tokenizer = {
  added_tokens: [
    { id: 2, content: "<s>" },
    { id: 3, content: "</s>" },
  ],
  model: { type: "BPE", vocab: { a: 0, "<pad>": 1 }, merges: [] },
};

function saved(parts: object): { readonly folder: string; readonly json: unknown } {
  const folder = join(temporaryFolder(), "model");
  const tensor = { name: "w", dtype: "F32", shape: [1], data: new Float32Array(1) } as const;
  saveCheckpoint(folder, { config: {}, tensors: [tensor], ...parts });
  const path = join(folder, "tokenizer_config.json");
  return { folder, json: existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : undefined };
}

test("a tokenizer is saved with the class that reads it as it is, and its special tokens", () => {
  const ids = { bos_token_id: 2, eos_token_id: [3, 2], pad_token_id: 1 };
  assert.equal(saved({ tokenizer, generationConfig: ids }).json, {
    tokenizer_class: "PreTrainedTokenizerFast",
    clean_up_tokenization_spaces: false,
    bos_token: "<s>",
    eos_token: "</s>",
    pad_token: "<pad>",
  });
});

test("tokens without an id, or with one that no token bears, are left out", () => {
  const { json } = saved({ tokenizer, generationConfig: { bos_token_id: null, eos_token_id: 9 } });
  assert.equal(json, {
    tokenizer_class: "PreTrainedTokenizerFast",
    clean_up_tokenization_spaces: false,
  });
});

test("without a tokenizer there is no such file", () => {
  assert.is(saved({}).json, undefined);
});

test.run();
