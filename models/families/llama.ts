/**
 * Llama 1 to 3.3 (Touvron et al. 2023, arXiv 2302.13971), as `LlamaForCausalLM` keeps it; also
 * DeepSeek-R1-Distill-Llama and whatever else names itself so.
 */
import { z } from "zod";
import { layerBiases, plainDecoder } from "../decoder/config.ts";
import type { Family } from "./family.ts";
import { llamaLikeKeys, llamaNames, readSizes, rotaryBuffers, writeSizes } from "./llama-like.ts";
import { tensorsByName } from "./name-table.ts";
import { parseConfig } from "./parse-config.ts";

const schema = z.object({
  ...llamaLikeKeys,
  hidden_act: z.literal("silu").default("silu"),
  rms_norm_eps: z.number().positive().default(1e-6),
  attention_bias: z.boolean().default(false),
  mlp_bias: z.boolean().default(false),
  tie_word_embeddings: z.boolean().default(false),
});

export const llama: Family = {
  modelType: "llama",
  prefix: "model.",
  ignored: rotaryBuffers,

  readConfig(json) {
    const read = parseConfig("llama", schema, json);
    return {
      ...plainDecoder,
      ...readSizes(read),
      norm: "rmsNorm",
      normEpsilon: read.rms_norm_eps,
      activation: "silu",
      gated: true,
      biases: {
        ...layerBiases(read.attention_bias),
        feedForward: read.mlp_bias,
      },
      tieEmbeddings: read.tie_word_embeddings,
    };
  },

  writeConfig: (config) => ({
    architectures: ["LlamaForCausalLM"],
    model_type: "llama",
    ...writeSizes(config),
    head_dim: config.headDim,
    hidden_act: "silu",
    rms_norm_eps: config.normEpsilon,
    attention_bias: config.biases.queryKeyValue,
    mlp_bias: config.biases.feedForward,
    torch_dtype: "float32",
  }),

  tensors: (config) => tensorsByName(config, llamaNames),
};
