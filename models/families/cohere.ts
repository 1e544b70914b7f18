/**
 * Command R (Cohere 2024): attention and network side by side under one LayerNorm without biases, neighbouring
 * channels turned together, scaled logits.
 */
import { z } from "zod";
import { layerBiases } from "../decoder/config.ts";
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

const schema = z.object({
  ...llamaLikeKeys,
  hidden_act: llamaNetwork.hidden_act,
  layer_norm_eps: z.number().positive().default(1e-5),
  logit_scale: z.number().positive().default(0.0625),
  attention_bias: z.boolean().default(false),
  use_qk_norm: z
    .literal(false, "queries and keys under LayerNorm (Command R+) are not supported")
    .nullish(),
  tie_word_embeddings: z.boolean().default(true),
});

export const cohere: Family = {
  modelType: "cohere",
  prefix: "model.",
  ignored: rotaryBuffers,

  readConfig(json) {
    const read = parseConfig("cohere", schema, json);
    const sizes = readSizes(read, { theta: 500_000, share: null });
    const bias = read.attention_bias;
    return {
      ...llamaSwitches,
      ...sizes,
      block: "parallel",
      rope: { ...sizes.rope, interleaved: true },
      norm: "layerNorm",
      normEpsilon: read.layer_norm_eps,
      biases: { ...layerBiases(false), queryKeyValue: bias, attentionOutput: bias, norm: false },
      tieEmbeddings: read.tie_word_embeddings,
      logitScale: read.logit_scale,
    };
  },

  writeConfig: (config) => ({
    architectures: ["CohereForCausalLM"],
    model_type: "cohere",
    ...writeSizes(config),
    head_dim: config.headDim,
    hidden_act: "silu",
    layer_norm_eps: config.normEpsilon,
    logit_scale: config.logitScale,
    attention_bias: config.biases.queryKeyValue,
    use_qk_norm: false,
    torch_dtype: "float32",
  }),

  tensors: (config) => tensorsByName(config, llamaNames),
};
