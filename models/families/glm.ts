/**
 * GLM-4 of 2024 and GLM-4-0414 (GLM Team 2024, arXiv 2406.12793): Llama with a fused network, neighbouring
 * channels of half of each head turned; the later one has norms before and after each part.
 */
import { z } from "zod";
import { type DecoderConfig, layerBiases } from "../decoder/config.ts";
import type { Family } from "./family.ts";
import {
  llamaLikeKeys,
  llamaNetwork,
  llamaSwitches,
  outerNames,
  readSizes,
  rotaryBuffers,
  writeSizes,
} from "./llama-like.ts";
import { type NameRow, tensorsByName } from "./name-table.ts";
import { parseConfig } from "./parse-config.ts";
import { size } from "./size.ts";

const schema = z.object({
  ...llamaLikeKeys,
  ...llamaNetwork,
  num_key_value_heads: size.nullable().default(2),
  head_dim: size.nullable().default(128),
  rms_norm_eps: z.number().positive().default(1.5625e-7),
  attention_bias: z.boolean().default(true),
  tie_word_embeddings: z.boolean().default(false),
});

const inner: readonly NameRow[] = [
  ["input_layernorm", "attentionNorm"],
  ["self_attn.q_proj", "attention.query"],
  ["self_attn.k_proj", "attention.key"],
  ["self_attn.v_proj", "attention.value"],
  ["self_attn.o_proj", "attention.output"],
  ["post_self_attn_layernorm", "attentionOutputNorm"],
  ["post_attention_layernorm", "feedForwardNorm"],
  ["mlp.gate_up_proj", ["feedForward.gate", "feedForward.up"]],
  ["mlp.down_proj", "feedForward.down"],
  ["post_mlp_layernorm", "feedForwardOutputNorm"],
];

const names = { outer: outerNames, layers: "model.layers", inner };

const ofLayout = (modelType: string, model: string, block: DecoderConfig["block"]): Family => ({
  modelType,
  prefix: "model.",
  ignored: rotaryBuffers,

  readConfig(json) {
    const read = parseConfig(modelType, schema, json);
    const sizes = readSizes(read, { theta: 10_000, share: 0.5 });
    return {
      ...llamaSwitches,
      ...sizes,
      block,
      rope: { ...sizes.rope, interleaved: true },
      normEpsilon: read.rms_norm_eps,
      biases: { ...layerBiases(false), queryKeyValue: read.attention_bias },
      tieEmbeddings: read.tie_word_embeddings,
    };
  },

  writeConfig: (config) => ({
    architectures: [model],
    model_type: modelType,
    ...writeSizes(config),
    partial_rotary_factor: config.rope.share,
    head_dim: config.headDim,
    hidden_act: "silu",
    rms_norm_eps: config.normEpsilon,
    attention_bias: config.biases.queryKeyValue,
    torch_dtype: "float32",
  }),

  tensors: (config) => tensorsByName(config, names),
});

export const glm = ofLayout("glm", "GlmForCausalLM", "preNorm");
export const glm4 = ofLayout("glm4", "Glm4ForCausalLM", "sandwichNorm");
