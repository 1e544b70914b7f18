/**
 * Qwen2 and 2.5 (Yang et al. 2024, arXiv 2407.10671): Llama with biases of queries, keys and values,
 * and perhaps a sliding window in the upper layers; also DeepSeek-R1-Distill-Qwen.
 */
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
  head_dim: z.null().optional(),
  hidden_act: z.literal("silu").default("silu"),
  rms_norm_eps: z.number().positive().default(1e-6),
  tie_word_embeddings: z.boolean().default(false),
});

export const qwen2: Family = {
  modelType: "qwen2",
  prefix: "model.",
  ignored: rotaryBuffers,

  readConfig(json) {
    const read = parseConfig("qwen2", schema, json);
    return {
      ...plainDecoder,
      ...readSizes(read),
      norm: "rmsNorm",
      normEpsilon: read.rms_norm_eps,
      attention: { ...plainDecoder.attention, window: readQwenWindow(read) },
      activation: "silu",
      gated: true,
      biases: { ...layerBiases(false), queryKeyValue: true },
      tieEmbeddings: read.tie_word_embeddings,
    };
  },

  writeConfig: (config) => ({
    architectures: ["Qwen2ForCausalLM"],
    model_type: "qwen2",
    ...writeSizes(config),
    ...writeQwenWindow(config),
    hidden_act: "silu",
    rms_norm_eps: config.normEpsilon,
    torch_dtype: "float32",
  }),

  tensors: (config) => tensorsByName(config, llamaNames),
};
