/** AFM (Arcee 2025): Llama with a plain network of squared ReLU. */
import { z } from "zod";
import { layerBiases } from "../decoder/config.ts";
import type { Family } from "./family.ts";
import {
  llamaLikeKeys,
  llamaNames,
  llamaSwitches,
  readSizes,
  rotaryBuffers,
  writeSizes,
} from "./llama-like.ts";
import { tensorsByName } from "./name-table.ts";
import { parseConfig } from "./parse-config.ts";

const schema = z.object({
  ...llamaLikeKeys,
  hidden_act: z.literal("relu2").default("relu2"),
  rms_norm_eps: z.number().positive().default(1e-5),
  attention_bias: z.boolean().default(false),
  mlp_bias: z.boolean().default(false),
  tie_word_embeddings: z.boolean().default(false),
});

export const arcee: Family = {
  modelType: "arcee",
  prefix: "model.",
  ignored: rotaryBuffers,

  readConfig(json) {
    const read = parseConfig("arcee", schema, json);
    return {
      ...llamaSwitches,
      ...readSizes(read),
      normEpsilon: read.rms_norm_eps,
      activation: "relu2",
      gated: false,
      biases: { ...layerBiases(read.attention_bias), feedForward: read.mlp_bias },
      tieEmbeddings: read.tie_word_embeddings,
    };
  },

  writeConfig: (config) => ({
    architectures: ["ArceeForCausalLM"],
    model_type: "arcee",
    ...writeSizes(config),
    head_dim: config.headDim,
    hidden_act: "relu2",
    rms_norm_eps: config.normEpsilon,
    attention_bias: config.biases.queryKeyValue,
    mlp_bias: config.biases.feedForward,
    torch_dtype: "float32",
  }),

  tensors: (config) => tensorsByName(config, llamaNames),
};
