/** Exported folders opened by transformers.js, which continues prompts as we and transformers do. */
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { AutoModelForCausalLM, AutoTokenizer, env, Tensor } from "@huggingface/transformers";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { decoderOf, readWeights, saveOnnx } from "../../../checkpoints/index.ts";
import { continueIds, exportModel } from "../../../src/runs/index.ts";
import { decodersFolder, goldenNames, loadGolden } from "../../golden/golden.ts";
import { temporaryFolder } from "../temporary-folder.ts";

env.localModelPath = "";
env.allowRemoteModels = false;

const released = resolve("weights/icons");

async function continued(folder: string, prompt: readonly number[], count: number, dtype = "fp32") {
  const model = await AutoModelForCausalLM.from_pretrained(folder, { dtype: dtype as "fp32" });
  const integers = (values: readonly number[]) =>
    new Tensor("int64", BigInt64Array.from(values, BigInt), [1, values.length]);
  const output = (await model.generate({
    input_ids: integers(prompt),
    attention_mask: integers(prompt.map(() => 1)),
    max_new_tokens: count,
    do_sample: false,
  } as unknown as Parameters<typeof model.generate>[0])) as Tensor;
  await model.dispose();
  return Array.from(output.data as BigInt64Array, Number).slice(prompt.length);
}

const names =
  process.env.PATHLOOM_ALL_FAMILIES === undefined
    ? ["gpt2", "llama-3.2", "qwen2", "qwen3"]
    : // Layers that carry a state are refused (families.test.ts).
      goldenNames(decodersFolder)
        .filter(leaves)
        .filter((name) => !name.startsWith("qwen3.5"));

for (const name of names) {
  test(`${name}: transformers.js continues as transformers does`, async () => {
    const { checkpoint, expected } = loadGolden(decodersFolder, name);
    const decoder = decoderOf(checkpoint);
    const folder = join(temporaryFolder(), name);
    const weights = readWeights(decoder, checkpoint);
    saveOnnx(folder, { decoder, weights, config: checkpoint.config, dtypes: ["fp32"] });
    const { prompt, greedy } = expected;
    assert.equal(await continued(folder, prompt, greedy.length), greedy);
  });
}

test("the released model: exported whole, it continues captions token by token as ours", async () => {
  const folder = join(temporaryFolder(), "icons");
  const { files } = await exportModel({ model: released, to: folder, format: "onnx" });
  assert.equal(Object.keys(files).sort(), [
    "onnx/model.onnx",
    "onnx/model_fp16.onnx",
    "onnx/model_q4.onnx",
    "onnx/model_quantized.onnx",
  ]);
  const tokenizer = await AutoTokenizer.from_pretrained(folder);
  const { bos, drawing } = specials();
  for (const caption of ["arrow right", "heart"]) {
    const ids = [bos, ...tokenizer.encode(caption), drawing];
    // Ours begins after transformers.js did: one process has one runtime for both.
    const ours = await continueIds({
      model: released,
      ids,
      maxNewTokens: 60,
      sampling: { temperature: 0 },
      seed: 1,
    });
    assert.equal(await continued(folder, ids, 60), [...ours.newIds], caption);
    assert.equal(await continued(folder, ids, 60, "fp16"), [...ours.newIds], caption);
  }
});

function specials() {
  const read = (file: string) => JSON.parse(readFileSync(join(released, file), "utf8"));
  const added = read("tokenizer.json").added_tokens as { id: number; content: string }[];
  const id = (content: string) => added.find((token) => token.content === content)!.id;
  return { bos: id("<|bos|>"), drawing: id("<|drawing|>") };
}

/** Layers that carry a state are not exported. */
function leaves(name: string): boolean {
  return decoderOf(loadGolden(decodersFolder, name).checkpoint).gatedDelta === null;
}

test.run();
