/** Files for llama.cpp, read by Hugging Face's own reader of GGUF. */
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { gguf } from "@huggingface/gguf";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { vocabularyValues } from "../../../checkpoints/gguf/vocabulary.ts";
import {
  decoderOf,
  GgufError,
  type GgufType,
  loadCheckpoint,
  readWeights,
  saveGguf,
} from "../../../checkpoints/index.ts";
import { exportModel } from "../../../src/runs/index.ts";
import { decodersFolder, loadGolden } from "../../golden/golden.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const released = resolve("weights/icons");

async function read(path: string) {
  const { metadata, tensorInfos, tensorDataOffset } = await gguf(path, { allowLocalFile: true });
  const bytes = readFileSync(path);
  const data = (name: string, length: number) => {
    const { offset } = tensorInfos.find((each) => each.name === name)!;
    const start = Number(tensorDataOffset + offset);
    assert.is(start % 32, 0);
    return bytes.buffer.slice(bytes.byteOffset + start, bytes.byteOffset + start + length);
  };
  return { metadata: metadata as Record<string, unknown>, tensorInfos, data };
}

const weightsOf = () => {
  const checkpoint = loadCheckpoint(released);
  const decoder = decoderOf(checkpoint);
  const weights = readWeights(decoder, checkpoint);
  checkpoint.close();
  return { decoder, weights };
};

test("the released model: sizes, tokens with their kinds, ids of special tokens", async () => {
  const path = join(temporaryFolder(), "icons.gguf");
  const exported = await exportModel({
    model: released,
    to: path,
    format: "gguf",
    ggufType: "f32",
  });
  assert.match(exported.loading.lines[0]!, /-p '<\|bos\|>heart<\|drawing\|>'$/);
  const { metadata, tensorInfos, data } = await read(path);
  for (const [key, value] of Object.entries({
    "general.architecture": "llama",
    "general.name": "icons",
    "llama.block_count": 4,
    "llama.attention.head_count": 6,
    "llama.context_length": 128,
    "llama.rope.dimension_count": 32,
    "tokenizer.ggml.model": "gpt2",
    "tokenizer.ggml.pre": "gpt-2",
    "tokenizer.ggml.bos_token_id": 1025,
    "tokenizer.ggml.eos_token_id": 1026,
  })) {
    assert.equal(metadata[key], value, key);
  }
  const tokens = metadata["tokenizer.ggml.tokens"] as string[];
  const kinds = metadata["tokenizer.ggml.token_type"] as number[];
  assert.equal([tokens.length, kinds.length], [1654, 1654]);
  // Bytes and merges, what is never shown, and what a drawing is written in.
  assert.equal([kinds[300], kinds[1026], kinds[1028]], [1, 3, 4]);
  assert.is(tokens[1027], "<|drawing|>");
  // 2 of tables and the last norm, 9 a layer, no head beside the table.
  assert.is(tensorInfos.length, 2 + 9 * 4);
  assert.equal(tensorInfos.find(({ name }) => name === "token_embd.weight")!.shape, [192n, 1654n]);

  const { weights } = weightsOf();
  const query = weights.get("layers.2.attention.query.weight")!;
  const theirs = new Float32Array(data("blk.2.attn_q.weight", query.byteLength));
  // Channels 3 and 19 of a head turn together: neighbours there, the fourth pair of the second head.
  const row = (of: Float32Array, index: number) => of.slice(index * 192, (index + 1) * 192);
  assert.equal(row(theirs, 32 + 6), row(query, 32 + 3));
  assert.equal(row(theirs, 32 + 7), row(query, 32 + 19));
  const down = weights.get("layers.2.feedForward.down.weight")!;
  assert.equal(new Float32Array(data("blk.2.ffn_down.weight", down.byteLength)), down);
});

test("matrices in fewer bits come back within their steps, gains as they are", async () => {
  const { decoder, weights } = weightsOf();
  const up = weights.get("layers.0.feedForward.up.weight")!;
  const sizes: number[] = [];
  for (const type of ["f16", "q8_0"] as const satisfies readonly GgufType[]) {
    const path = join(temporaryFolder(), `${type}.gguf`);
    sizes.push(saveGguf(path, { decoder, weights, name: type, type, ids: {} }).bytes);
    const { data, tensorInfos } = await read(path);
    const norm = tensorInfos.find(({ name }) => name === "output_norm.weight")!;
    assert.is(Number(norm.dtype), 0);
    if (type === "f16") continue;
    const bytes = new DataView(data("blk.0.ffn_up.weight", (up.length / 32) * 34));
    for (let block = 0; block < up.length / 32; block++) {
      const values = up.subarray(block * 32, (block + 1) * 32);
      const largest = Math.max(...values.map(Math.abs));
      const bits = bytes.getUint16(block * 34, true);
      const scale = 2 ** ((bits >> 10) - 25) * (1024 + (bits & 1023));
      const isNormal = bits >> 10 > 0;
      if (isNormal) assert.ok(Math.abs(scale * 127 - largest) < largest / 1000);
      for (const [i, value] of values.entries()) {
        const back = bytes.getInt8(block * 34 + 2 + i) * scale;
        if (isNormal) assert.ok(Math.abs(back - value) <= scale * 0.57, `${back} for ${value}`);
      }
    }
  }
  assert.ok(sizes[1]! < 0.56 * sizes[0]!);
});

test("what no architecture there holds is refused by what it has", () => {
  for (const [name, message] of [
    ["gemma-2", /nearest is llama, and this has the block layout sandwichNorm/],
    ["mpt", /nearest is gpt2, and this has norms other than LayerNorm with biases/],
    ["llama-dynamic", /this has dynamic rope scaling/],
    ["seed-oss", /nearest is llama, and this has biases of queries, keys and values alone/],
  ] as const) {
    const { checkpoint } = loadGolden(decodersFolder, name);
    const decoder = decoderOf(checkpoint);
    const weights = readWeights(decoder, checkpoint);
    const path = join(temporaryFolder(), "refused.gguf");
    assert.throws(
      () => saveGguf(path, { decoder, weights, name, type: "f16", ids: {} }),
      (error: unknown) => error instanceof GgufError && message.test(error.message),
    );
  }
});

test("tokenizers: three ways to cut text are known by name, another kind is refused", async () => {
  const { decoder, weights } = weightsOf();
  const folder = resolve("tests/golden/tokenizers");
  const write = (name: string) => {
    const tokenizer = JSON.parse(readFileSync(join(folder, name, "tokenizer.json"), "utf8"));
    const path = join(temporaryFolder(), "tokens.gguf");
    saveGguf(path, { decoder, weights, name, type: "q8_0", tokenizer, ids: {} });
    return read(path);
  };
  for (const [name, pre] of [
    ["gpt2", "gpt-2"],
    ["llama-3", "llama-bpe"],
    ["qwen2", "qwen2"],
  ] as const) {
    const { metadata } = await write(name);
    assert.is(metadata["tokenizer.ggml.pre"], pre);
    // Rows of the table that no token has are listed, and unused.
    assert.is((metadata["tokenizer.ggml.token_type"] as number[]).at(-1), 5);
  }
  let refusal = "";
  try {
    await write("llama-2");
  } catch (error) {
    refusal = error instanceof GgufError ? error.message : "";
  }
  assert.match(refusal, /no byte-level BPE/);
});

test("a tokenizer that cuts or changes texts in another way than its name says is refused", () => {
  const tokenizer = JSON.parse(
    readFileSync(resolve("tests/golden/tokenizers/qwen2/tokenizer.json"), "utf8"),
  );
  const [split, bytes] = tokenizer.pre_tokenizer.pretokenizers;
  const named = (normalizer: unknown, first: unknown = split, second: unknown = bytes) => {
    const pre_tokenizer = { type: "Sequence", pretokenizers: [first, second] };
    const whole = { ...tokenizer, normalizer, pre_tokenizer };
    return vocabularyValues(whole, { rows: 2000, ids: {} }).get("tokenizer.ggml.pre")?.value;
  };
  assert.equal([named(null), named({ type: "NFC" })], ["qwen2", "qwen2"]);
  const nfc = { type: "NFC" };
  for (const [what, doing] of Object.entries({
    lowercase: () => named({ type: "Lowercase" }),
    NFKC: () => named({ type: "NFKC" }),
    sequence: () => named({ type: "Sequence", normalizers: [{ type: "Lowercase" }] }),
    word: () => named("NFC?"),
    removed: () => named(nfc, { ...split, behavior: "Removed" }),
    inverted: () => named(nfc, { ...split, invert: true }),
    again: () => named(nfc, split, { ...bytes, use_regex: true }),
    unsaid: () => named(nfc, split, { ...bytes, use_regex: undefined }),
  })) {
    assert.throws(
      doing,
      (error: unknown) => error instanceof GgufError && /llama\.cpp has a name/.test(error.message),
      what,
    );
  }
});

test.run();
