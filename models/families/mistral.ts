/** Mistral (Jiang et al. 2023, arXiv 2310.06825): Llama whose layers may all have a sliding window. */
import { z } from "zod";
import type { Family } from "./family.ts";
import { llamaLikeKeys, llamaNames, rotaryBuffers, writeSizes } from "./llama-like.ts";
import { tensorsByName } from "./name-table.ts";
import { parseConfig } from "./parse-config.ts";
import { windowKeys } from "./window-json.ts";
import { readWindowedLlama } from "./windowed-llama.ts";

const schema = z.object({
  ...llamaLikeKeys,
  num_key_value_heads: llamaLikeKeys.num_key_value_heads.default(8),
  sliding_window: windowKeys.sliding_window.default(4096),
  hidden_act: z.literal("silu").default("silu"),
  rms_norm_eps: z.number().positive().default(1e-6),
  tie_word_embeddings: z.boolean().default(false),
});

export const mistral: Family = {
  modelType: "mistral",
  prefix: "model.",
  ignored: rotaryBuffers,

  readConfig(json) {
    return readWindowedLlama(parseConfig("mistral", schema, json));
  },

  writeConfig: (config) => ({
    architectures: ["MistralForCausalLM"],
    model_type: "mistral",
    ...writeSizes(config),
    head_dim: config.headDim,
    sliding_window: config.attention.window?.size ?? null,
    hidden_act: "silu",
    rms_norm_eps: config.normEpsilon,
    torch_dtype: "float32",
  }),

  tensors: (config) => tensorsByName(config, llamaNames),
};
