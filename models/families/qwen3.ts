/** Qwen3, dense (Yang et al. 2025, arXiv 2505.09388): Llama with normalised queries and keys. */
import { z } from "zod";
import { layerBiases, plainDecoder } from "../decoder/config.ts";
import type { Family } from "./family.ts";
import { llamaLikeKeys, llamaNames, readSizes, rotaryBuffers, writeSizes } from "./llama-like.ts";
import { tensorsByName } from "./name-table.ts";
import { parseConfig } from "./parse-config.ts";
import { qwenWindowKeys, readQwenWindow, writeQwenWindow } from "./qwen-window.ts";

const schema = z.object({
  ...llamaLikeKeys,
  ...qwenWindowKeys,
  num_key_value_heads: llamaLikeKeys.num_key_value_heads.default(32),
  head_dim: z.number().int().positive().default(128),
  hidden_act: z.literal("silu").default("silu"),
  rms_norm_eps: z.number().positive().default(1e-6),
  attention_bias: z.boolean().default(false),
  tie_word_embeddings: z.boolean().default(false),
});

export const qwen3: Family = {
  modelType: "qwen3",
  prefix: "model.",
  ignored: rotaryBuffers,

  readConfig(json) {
    const read = parseConfig("qwen3", schema, json);
    const bias = read.attention_bias;
    const window = readQwenWindow(read);
    return {
      ...plainDecoder,
      ...readSizes(read),
      norm: "rmsNorm",
      normEpsilon: read.rms_norm_eps,
      attention: { ...plainDecoder.attention, queryKeyNorm: "head", window },
      activation: "silu",
      gated: true,
      biases: { ...layerBiases(false), queryKeyValue: bias, attentionOutput: bias },
      tieEmbeddings: read.tie_word_embeddings,
    };
  },

  writeConfig: (config) => ({
    architectures: ["Qwen3ForCausalLM"],
    model_type: "qwen3",
    ...writeSizes(config),
    ...writeQwenWindow(config),
    head_dim: config.headDim,
    hidden_act: "silu",
    rms_norm_eps: config.normEpsilon,
    attention_bias: config.biases.queryKeyValue,
    torch_dtype: "float32",
  }),

  tensors: (config) => tensorsByName(config, llamaNames),
};
