/** OLMo 1 (Groeneveld et al. 2024, arXiv 2402.00838): Llama under LayerNorm without gains and biases. */
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
  head_dim: z.null().optional(),
  clip_qkv: z.null("clipped queries, keys and values are not supported").optional(),
  attention_bias: z.boolean().default(false),
  tie_word_embeddings: z.boolean().default(false),
});

/** No key says it. */
const normEpsilon = 1e-5;

export const olmo: Family = {
  modelType: "olmo",
  prefix: "model.",
  ignored: rotaryBuffers,

  readConfig(json) {
    const read = parseConfig("olmo", schema, json);
    const bias = read.attention_bias;
    return {
      ...llamaSwitches,
      ...readSizes(read),
      norm: "layerNorm",
      normEpsilon,
      normGain: false,
      biases: { ...layerBiases(false), queryKeyValue: bias, attentionOutput: bias, norm: false },
      tieEmbeddings: read.tie_word_embeddings,
    };
  },

  writeConfig: (config) => ({
    architectures: ["OlmoForCausalLM"],
    model_type: "olmo",
    ...writeSizes(config),
    hidden_act: "silu",
    clip_qkv: null,
    attention_bias: config.biases.queryKeyValue,
    torch_dtype: "float32",
  }),

  tensors: (config) => tensorsByName(config, llamaNames),
};
