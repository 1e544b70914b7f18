/**
 * OLMo 2 (Walsh et al. 2025, arXiv 2501.00656): Llama whose norms stand after attention and network, with
 * queries and keys normalised over all heads together.
 */
import { z } from "zod";
import { type DecoderConfig, layerBiases } from "../decoder/config.ts";
import type { Family } from "./family.ts";
import {
  attentionNames,
  gatedNames,
  llamaLikeKeys,
  llamaNetwork,
  llamaSwitches,
  outerNames,
  queryKeyNormNames,
  readSizes,
  rotaryBuffers,
  writeSizes,
} from "./llama-like.ts";
import { type NameTable, tensorsByName } from "./name-table.ts";
import { parseConfig } from "./parse-config.ts";
import { type RopeDefaults, usualRope } from "./rope-json.ts";

export const olmoKeys = {
  ...llamaLikeKeys,
  ...llamaNetwork,
  head_dim: z.null().optional(),
  rms_norm_eps: z.number().positive().default(1e-5),
  attention_bias: z.boolean().default(false),
  tie_word_embeddings: z.boolean().default(false),
};

export const olmoNames: NameTable = {
  outer: outerNames,
  layers: "model.layers",
  inner: [
    ...attentionNames,
    ...queryKeyNormNames,
    ["post_attention_layernorm", "attentionOutputNorm"],
    ...gatedNames,
    ["post_feedforward_layernorm", "feedForwardOutputNorm"],
  ],
};

export function readOlmo(
  json: z.output<z.ZodObject<typeof olmoKeys>>,
  defaults: RopeDefaults,
): DecoderConfig {
  const bias = json.attention_bias;
  return {
    ...llamaSwitches,
    ...readSizes(json, defaults),
    block: "postNorm",
    normEpsilon: json.rms_norm_eps,
    attention: { ...llamaSwitches.attention, queryKeyNorm: "projection" },
    biases: { ...layerBiases(false), queryKeyValue: bias, attentionOutput: bias },
    tieEmbeddings: json.tie_word_embeddings,
  };
}

export function writeOlmo(config: DecoderConfig): Record<string, unknown> {
  return {
    ...writeSizes(config),
    hidden_act: "silu",
    rms_norm_eps: config.normEpsilon,
    attention_bias: config.biases.queryKeyValue,
    torch_dtype: "float32",
  };
}

const schema = z.object(olmoKeys);

export const olmo2: Family = {
  modelType: "olmo2",
  prefix: "model.",
  ignored: rotaryBuffers,
  readConfig: (json) => readOlmo(parseConfig("olmo2", schema, json), usualRope),
  writeConfig: (config) => ({
    architectures: ["Olmo2ForCausalLM"],
    model_type: "olmo2",
    ...writeOlmo(config),
  }),
  tensors: (config) => tensorsByName(config, olmoNames),
};
