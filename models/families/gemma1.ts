/** Gemma 1 (Gemma Team 2024, arXiv 2403.08295): norms before each part alone, no windows, no soft caps. */
import { z } from "zod";
import { layerBiases, plainDecoder } from "../decoder/config.ts";
import type { Family } from "./family.ts";
import { llamaLikeKeys, llamaNames, readSizes, rotaryBuffers, writeSizes } from "./llama-like.ts";
import { tensorsByName } from "./name-table.ts";
import { parseConfig } from "./parse-config.ts";
import { size } from "./size.ts";

const schema = z.object({
  ...llamaLikeKeys,
  num_key_value_heads: size.default(16),
  head_dim: size.default(256),
  // The published files say "gelu" and mean the approximation.
  hidden_act: z.enum(["gelu_pytorch_tanh", "gelu"]).default("gelu_pytorch_tanh"),
  hidden_activation: z.literal("gelu_pytorch_tanh").nullish(),
  rms_norm_eps: z.number().positive().default(1e-6),
  attention_bias: z.boolean().default(false),
  tie_word_embeddings: z.boolean().default(true),
});

export const gemma1: Family = {
  modelType: "gemma",
  prefix: "model.",
  ignored: rotaryBuffers,

  readConfig(json) {
    const read = parseConfig("gemma", schema, json);
    const bias = read.attention_bias;
    return {
      ...plainDecoder,
      ...readSizes(read),
      norm: "rmsNorm",
      normEpsilon: read.rms_norm_eps,
      normOffset: 1,
      activation: "geluNew",
      gated: true,
      biases: { ...layerBiases(false), queryKeyValue: bias, attentionOutput: bias },
      tieEmbeddings: read.tie_word_embeddings,
      embeddingScale: Math.sqrt(read.hidden_size),
    };
  },

  writeConfig: (config) => ({
    architectures: ["GemmaForCausalLM"],
    model_type: "gemma",
    ...writeSizes(config),
    head_dim: config.headDim,
    hidden_act: "gelu_pytorch_tanh",
    rms_norm_eps: config.normEpsilon,
    attention_bias: config.biases.queryKeyValue,
    torch_dtype: "float32",
  }),

  tensors: (config) => tensorsByName(config, llamaNames),
};
