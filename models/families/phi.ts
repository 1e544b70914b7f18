/**
 * Phi-1 to Phi-2 (Gunasekar et al. 2023, arXiv 2306.11644), as `PhiForCausalLM` keeps it: attention
 * and network side by side, a part of each head turned, biases everywhere, the head included.
 */
import { z } from "zod";
import { layerBiases, plainDecoder } from "../decoder/config.ts";
import type { Family } from "./family.ts";
import { llamaLikeKeys, readSizes, rotaryBuffers, writeSizes } from "./llama-like.ts";
import { type NameTable, tensorsByName } from "./name-table.ts";
import { parseConfig } from "./parse-config.ts";

const schema = z.object({
  ...llamaLikeKeys,
  head_dim: z.null().optional(),
  hidden_act: z.enum(["gelu_new", "gelu_pytorch_tanh", "gelu"]).default("gelu_new"),
  layer_norm_eps: z.number().positive().default(1e-5),
  qk_layernorm: z.literal(false).default(false),
  tie_word_embeddings: z.boolean().default(false),
});

const names: NameTable = {
  outer: [
    ["model.embed_tokens", "embedding"],
    ["model.final_layernorm", "finalNorm"],
    ["lm_head", "head"],
  ],
  layers: "model.layers",
  inner: [
    ["input_layernorm", "attentionNorm"],
    ["self_attn.q_proj", "attention.query"],
    ["self_attn.k_proj", "attention.key"],
    ["self_attn.v_proj", "attention.value"],
    ["self_attn.dense", "attention.output"],
    ["mlp.fc1", "feedForward.up"],
    ["mlp.fc2", "feedForward.down"],
  ],
};

export const phi: Family = {
  modelType: "phi",
  prefix: "model.",
  ignored: rotaryBuffers,

  readConfig(json) {
    const read = parseConfig("phi", schema, json);
    return {
      ...plainDecoder,
      ...readSizes(read, { theta: 10_000, share: 0.5 }),
      block: "parallel",
      norm: "layerNorm",
      normEpsilon: read.layer_norm_eps,
      activation: read.hidden_act === "gelu" ? "gelu" : "geluNew",
      gated: false,
      biases: { ...layerBiases(true), head: true },
      tieEmbeddings: read.tie_word_embeddings,
    };
  },

  writeConfig: (config) => ({
    architectures: ["PhiForCausalLM"],
    model_type: "phi",
    ...writeSizes(config),
    partial_rotary_factor: config.rope.share,
    hidden_act: config.activation === "gelu" ? "gelu" : "gelu_new",
    layer_norm_eps: config.normEpsilon,
    qk_layernorm: false,
    torch_dtype: "float32",
  }),

  tensors: (config) => tensorsByName(config, names),
};
