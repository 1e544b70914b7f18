/** The recipes in configs/ are valid and hold the figures that their authors published. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Config, loadConfig } from "../../src/config/index.ts";

const folder = join(import.meta.dirname, "..", "..", "configs");

/** Parts of a configuration. */
type Published = { readonly [Section in keyof Config]?: Partial<Config[Section]> };

/** LLM4SVG's sampling; the recipe of GPT-2 has its own. */
const sampling = { temperature: 0.6, topP: 0.9, topK: 50 };

/** LLM4SVG's recipe for models of about 7 billion parameters. */
const sevenBillion = (from: string): Published => ({
  tokenizer: { type: "semantic", precision: 2 },
  model: { from, contextLength: 4096, weightDtype: "bfloat16" },
  data: { heldOut: 0.02, lossOn: "drawing", packing: false },
  lora: { rank: 128, targetModules: "all-linear" },
  train: {
    ...{ method: "lora", lr: 3e-4, schedule: "cosine", minLrRatio: 0, warmupShare: 0.1 },
    ...{ batchSize: 1, gradientAccumulationSteps: 8, epochs: 5, steps: null },
  },
  generate: { ...sampling, maxTokens: 2048 },
});

const recipes: Readonly<Record<string, Published>> = {
  "llm4svg-gpt2-sft": {
    tokenizer: { type: "semantic", precision: 2, prompt: "{caption}. output:" },
    model: { from: "openai-community/gpt2", contextLength: 1024 },
    data: { lossOn: "drawing", packing: false },
    vocabulary: { init: "description" },
    train: {
      ...{ method: "full", lr: 2e-5, schedule: "constant", warmupSteps: 200, warmupShare: null },
      ...{ batchSize: 2, gradientAccumulationSteps: 8, maxGradNorm: 2 },
    },
    generate: { temperature: 1, topP: 0.95, topK: 50 },
  },
  "llm4svg-llama3-sft": {
    tokenizer: { type: "semantic", precision: 2 },
    model: { from: "meta-llama/Llama-3.2-3B-Instruct", contextLength: 4096 },
    data: { lossOn: "drawing", packing: false },
    vocabulary: { init: "description", train: "all" },
    lora: {
      ...{ rank: 64, alpha: 128, dropout: 0 },
      targetModules: ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"],
    },
    train: {
      ...{ method: "lora", lr: 1e-4, embeddingLr: 5e-5, schedule: "constant" },
      ...{
        warmupSteps: 200,
        warmupShare: null,
        batchSize: 32,
        gradientAccumulationSteps: 8,
        maxGradNorm: 2,
      },
      ...{ epochs: 10, steps: null, gradientCheckpointing: true },
    },
    generate: { ...sampling, maxTokens: 2048 },
  },
  "llm4svg-phi2-sft": {
    tokenizer: { type: "semantic", precision: 2 },
    model: { from: "microsoft/phi-2", contextLength: 2048 },
    train: {
      ...{ method: "full", lr: 2e-5, schedule: "cosine", minLrRatio: 0, warmupSteps: 100 },
      ...{
        warmupShare: null,
        batchSize: 1,
        gradientAccumulationSteps: 2,
        weightDecay: 0.001,
        maxGradNorm: 2,
      },
    },
    generate: sampling,
  },
  "llm4svg-qwen-lora": sevenBillion("Qwen/Qwen2.5-7B-Instruct"),
  "llm4svg-deepseek-lora": sevenBillion("deepseek-ai/DeepSeek-R1-Distill-Qwen-7B"),
  "llm4svg-gemma-lora": sevenBillion("google/gemma-3-1b-it"),
  "llm4svg-falcon-lora": sevenBillion("tiiuae/Falcon3-7B-Instruct"),
  "llm4svg-phi4-lora": sevenBillion("microsoft/phi-4"),
  "thesis-llama3-lora": {
    tokenizer: { type: "text", wrapper: "markers" },
    model: { from: "meta-llama/Meta-Llama-3-8B-Instruct", contextLength: 8192 },
    train: { method: "lora" },
  },
  "omnisvg-text": {
    tokenizer: { type: "omnisvg" },
    model: { from: "Qwen/Qwen2.5-3B-Instruct", contextLength: 2048 },
    train: {
      ...{ method: "full", lr: 1e-5, weightDecay: 0.015, maxGradNorm: 0.8, schedule: "cosine" },
      ...{
        warmupSteps: 50_000,
        warmupShare: null,
        gradientAccumulationSteps: 4,
        epochs: 150,
        steps: null,
      },
    },
    generate: { temperature: 0.5, topP: 0.88, topK: 50, repetitionPenalty: 1.05 },
  },
};

const files = readdirSync(folder)
  .filter((file) => file.endsWith(".yaml"))
  .sort();

test("every recipe but those of icons and the examples is one of somebody's, and every one of those is here", () => {
  const others = files.filter((file) => !/^(quickstart|icons|emoji|example-)/.test(file));
  assert.equal(
    others,
    Object.keys(recipes)
      .map((name) => `${name}.yaml`)
      .sort(),
  );
});

for (const file of files) {
  test(`${file} is a valid configuration that says how it is run`, () => {
    loadConfig(join(folder, file));
    const text = readFileSync(join(folder, file), "utf8");
    assert.match(text, /^# [A-Z]/);
    assert.ok(text.includes(`configs/${file}`) || /npm run (quickstart|example:lora)/.test(text));
  });
}

for (const [name, published] of Object.entries(recipes)) {
  test(`${name} has the figures that were published`, () => {
    const config = loadConfig(join(folder, `${name}.yaml`));
    for (const [section, keys] of Object.entries(published)) {
      const found = new Map(Object.entries(config[section as keyof Config]));
      for (const [key, value] of Object.entries(keys)) {
        assert.equal(found.get(key), value, `${section}.${key}`);
      }
    }
  });
}

test.run();
