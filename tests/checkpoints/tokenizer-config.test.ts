import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { endTokens, loadCheckpoint, saveCheckpoint } from "../../checkpoints/index.ts";
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

test("what the base's file says of the tokenizer's use is kept, read and saved again", () => {
  const config = {
    tokenizer_class: "LlamaTokenizerFast",
    added_tokens_decoder: { 2: { content: "<s>" } },
    chat_template: "{{ messages }}",
    model_max_length: 131072,
    padding_side: "left",
    eos_token: { content: "<s>", lstrip: false },
    unk_token: null,
  };
  const generationConfig = { bos_token_id: 2, eos_token_id: [3, 2], pad_token_id: 1 };
  const parts = {
    tokenizer,
    generationConfig,
    tokenizerSettings: { config, chatTemplate: "{{ é }}" },
  };
  const { folder, json } = saved(parts);
  assert.equal(json, {
    tokenizer_class: "PreTrainedTokenizerFast",
    clean_up_tokenization_spaces: false,
    chat_template: "{{ messages }}",
    model_max_length: 131072,
    padding_side: "left",
    bos_token: "<s>",
    // Of two end tokens, the one that the base names.
    eos_token: "<s>",
    pad_token: "<pad>",
  });
  const checkpoint = loadCheckpoint(folder);
  assert.is(checkpoint.tokenizerSettings.chatTemplate, "{{ é }}");
  const again = saved({
    tokenizer,
    generationConfig,
    tokenizerSettings: checkpoint.tokenizerSettings,
  });
  assert.equal(again.json, json);
  assert.is(readFileSync(join(again.folder, "chat_template.jinja"), "utf8"), "{{ é }}");
  checkpoint.close();
});

test("an end token of the base that no longer is one gives way; all that still end stay", () => {
  const generationConfig = { eos_token_id: 3 };
  const config = { eos_token: "<s>" };
  const { json } = saved({ tokenizer, generationConfig, tokenizerSettings: { config } });
  assert.is((json as { eos_token: string }).eos_token, "</s>");
  assert.equal(endTokens(7, { eos_token_id: [3, 7, 5] }), [7, 3, 5]);
  assert.is(endTokens(7, { eos_token_id: null }), 7);
  assert.is(endTokens(7), 7);
});

test.run();
