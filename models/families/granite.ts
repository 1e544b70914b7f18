/**
 * Granite 3 and 4, dense (IBM 2024): Llama with multipliers of the embeddings, of what is added to the
 * residual stream, of the scores and of the logits (muP, Yang et al. 2022, arXiv 2203.03466).
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

const factor = z.number().positive().default(1);

const schema = z.object({
  ...llamaLikeKeys,
  ...llamaNetwork,
  attention_bias: z.boolean().default(false),
  mlp_bias: z.boolean().default(false),
  embedding_multiplier: factor,
  residual_multiplier: factor,
  attention_multiplier: factor,
  logits_scaling: factor,
  tie_word_embeddings: z.boolean().default(false),
});

export const granite: Family = {
  modelType: "granite",
  prefix: "model.",
  ignored: rotaryBuffers,

  readConfig(json) {
    const read = parseConfig("granite", schema, json);
    const sizes = readSizes(read);
    const scale = read.attention_multiplier;
    const isUsual = scale === 1 / Math.sqrt(sizes.headDim);
    return {
      ...llamaSwitches,
      ...sizes,
      normEpsilon: read.rms_norm_eps,
      attention: { ...llamaSwitches.attention, scale: isUsual ? null : scale },
      biases: {
        ...layerBiases(read.attention_bias),
        feedForward: read.mlp_bias,
      },
      tieEmbeddings: read.tie_word_embeddings,
      embeddingScale: read.embedding_multiplier,
      residualScale: read.residual_multiplier,
      logitScale: 1 / read.logits_scaling,
    };
  },

  writeConfig: (config) => ({
    architectures: ["GraniteForCausalLM"],
    model_type: "granite",
    ...writeSizes(config),
    head_dim: config.headDim,
    hidden_act: "silu",
    rms_norm_eps: config.normEpsilon,
    attention_bias: config.biases.queryKeyValue,
    mlp_bias: config.biases.feedForward,
    embedding_multiplier: config.embeddingScale,
    residual_multiplier: config.residualScale,
    attention_multiplier: config.attention.scale ?? 1 / Math.sqrt(config.headDim),
    logits_scaling: divisor(config.logitScale),
    torch_dtype: "float32",
  }),

  tensors: (config) => tensorsByName(config, llamaNames),
};

/** What the factor was made of: whole where it was. */
function divisor(scale: number): number {
  const whole = Math.round(1 / scale);
  return 1 / whole === scale ? whole : 1 / scale;
}
