/**
 * llama.cpp reads what is exported and draws the very tokens. Its package is large, so it is no
 * dependency: `npm install node-llama-cpp` anywhere, and name its node_modules by PATHLOOM_LLAMA_CPP.
 */
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { decoderOf, readWeights, saveGguf } from "../../../checkpoints/index.ts";
import { continueIds, exportModel } from "../../../src/runs/index.ts";
import { decodersFolder, loadGolden } from "../../golden/golden.ts";
import { skipTests } from "../../testing/skip.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const modules = process.env.PATHLOOM_LLAMA_CPP;

/** What is used of node-llama-cpp. */
interface LlamaCpp {
  loadModel(options: { modelPath: string }): Promise<{
    tokenize(text: string, special: boolean): number[];
    createContext(options: object): Promise<{
      getSequence(): {
        evaluate(tokens: readonly number[], options: object): AsyncIterable<number>;
      };
      dispose(): Promise<void>;
    }>;
    dispose(): Promise<void>;
  }>;
}

if (modules === undefined || !existsSync(join(modules, "node-llama-cpp"))) {
  skipTests("llama.cpp: PATHLOOM_LLAMA_CPP names no node_modules with node-llama-cpp");
} else {
  const folder = join(resolve(modules), "node-llama-cpp");
  const { exports } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const main = join(folder, exports["."].import);
  const { getLlama } = await import(pathToFileURL(main).href);
  const llama: LlamaCpp = await getLlama({ gpu: false, build: "never", maxThreads: 1 });

  const continued = async (
    modelPath: string,
    prompt: readonly number[] | string,
    count: number,
    end?: number,
  ) => {
    const model = await llama.loadModel({ modelPath });
    const context = await model.createContext({ contextSize: 128, batchSize: 64, threads: 1 });
    const ids = typeof prompt === "string" ? model.tokenize(prompt, true) : prompt;
    const drawn: number[] = [];
    const options = { temperature: 0, yieldEogToken: true };
    for await (const id of context.getSequence().evaluate(ids, options)) {
      drawn.push(id);
      if (drawn.length >= count || id === end) break;
    }
    await context.dispose();
    await model.dispose();
    return { ids, drawn };
  };

  /** A tokenizer of as many tokens as there are rows: llama.cpp loads no model for text without one. */
  const tokensFor = (rows: number) => ({
    model: {
      type: "BPE",
      vocab: Object.fromEntries(Array.from({ length: rows }, (_, i) => [`t${i}`, i])),
      merges: [],
    },
    normalizer: null,
    pre_tokenizer: { type: "ByteLevel", add_prefix_space: false, use_regex: true },
    added_tokens: [],
  });

  const names = [
    ...["gpt2", "gpt-bigcode-many", "gemma", "qwen2", "qwen3", "helium", "ernie-4.5"],
    ...["llama-2", "llama-3.2", "llama-biases", "llama-linear-beyond", "llama-yarn-beyond"],
  ];
  for (const name of names) {
    test(`${name}: llama.cpp continues as transformers does`, async () => {
      const { checkpoint, expected } = loadGolden(decodersFolder, name);
      const decoder = decoderOf(checkpoint);
      const path = join(temporaryFolder(), "model.gguf");
      const tokenizer = tokensFor(decoder.vocabularySize);
      const weights = readWeights(decoder, checkpoint);
      saveGguf(path, { decoder, weights, name: "test", type: "f32", tokenizer, ids: {} });
      const { drawn } = await continued(path, expected.prompt, expected.greedy.length);
      assert.equal(drawn, [...expected.greedy]);
    });
  }

  for (const name of ["mistral", "starcoder2"]) {
    test(`${name}: llama.cpp continues as we do, within the window that it does not know`, async () => {
      const { checkpoint, expected } = loadGolden(decodersFolder, name);
      const decoder = decoderOf(checkpoint);
      const to = join(temporaryFolder(), "model.gguf");
      const tokenizer = tokensFor(decoder.vocabularySize);
      const weights = readWeights(decoder, checkpoint);
      saveGguf(to, { decoder, weights, name: "test", type: "f32", tokenizer, ids: {} });
      const ids = expected.prompt.slice(0, 2);
      const maxNewTokens = decoder.attention.window!.size - ids.length;
      const model = join(decodersFolder, name);
      const sampling = { temperature: 0 };
      const { newIds } = await continueIds({ model, ids, maxNewTokens, sampling, seed: 1 });
      assert.equal((await continued(to, ids, newIds.length)).drawn, [...newIds]);
    });
  }

  for (const ggufType of ["f32", "f16", "q8_0"] as const) {
    test(`the released model in ${ggufType}: captions become our ids, and their drawings our tokens`, async () => {
      const to = join(temporaryFolder(), "icons.gguf");
      await exportModel({ model: "weights/icons", to, format: "gguf", ggufType });
      for (const caption of ["arrow right", "heart", "it's 12 o'clock"]) {
        const { ids, drawn } = await continued(to, `<|bos|>${caption}<|drawing|>`, 60, 1026);
        const sampling = { temperature: 0 };
        const request = { model: "weights/icons", ids, maxNewTokens: 60, sampling, seed: 1 };
        assert.equal(drawn, [...(await continueIds(request)).newIds]);
        assert.is(drawn.at(-1), 1026, "it ends by itself");
      }
    });
  }
}

test.run();
