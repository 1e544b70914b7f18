/** Seed-OSS (ByteDance 2025): Llama with biases of queries, keys and values, or of what its keys say. */
import { z } from "zod";
import type { Family } from "./family.ts";
import {
  llamaLikeKeys,
  llamaNames,
  llamaNetwork,
  llamaSwitches,
  readSizes,
  rotaryBuffers,
  writeSizes,
} from "./llama-like.ts";
import { tensorsByName } from "./name-table.ts";
import { parseConfig } from "./parse-config.ts";
import { size } from "./size.ts";

const schema = z.object({
  ...llamaLikeKeys,
  ...llamaNetwork,
  num_key_value_heads: size.nullable().default(8),
  head_dim: size.nullable().default(128),
  attention_bias: z.boolean().default(true),
  attention_out_bias: z.boolean().default(false),
  mlp_bias: z.boolean().default(false),
  tie_word_embeddings: z.boolean().default(false),
});

export const seedOss: Family = {
  modelType: "seed_oss",
  prefix: "model.",
  ignored: rotaryBuffers,

  readConfig(json) {
    const read = parseConfig("seed_oss", schema, json);
    return {
      ...llamaSwitches,
      ...readSizes(read),
      normEpsilon: read.rms_norm_eps,
      biases: {
        queryKeyValue: read.attention_bias,
        attentionOutput: read.attention_out_bias,
        feedForward: read.mlp_bias,
        head: false,
        norm: true,
      },
      tieEmbeddings: read.tie_word_embeddings,
    };
  },

  writeConfig: (config) => ({
    architectures: ["SeedOssForCausalLM"],
    model_type: "seed_oss",
    ...writeSizes(config),
    head_dim: config.headDim,
    hidden_act: "silu",
    rms_norm_eps: config.normEpsilon,
    attention_bias: config.biases.queryKeyValue,
    attention_out_bias: config.biases.attentionOutput,
    mlp_bias: config.biases.feedForward,
    torch_dtype: "float32",
  }),

  tensors: (config) => tensorsByName(config, llamaNames),
};
