/** Llama (Touvron et al. 2023, arXiv 2302.13971), as `LlamaForCausalLM` keeps it. */
import { z } from "zod";
import { type Family, plain, type TensorMapping } from "./family.ts";
import { parseConfig } from "./parse-config.ts";

const schema = z.object({
  vocab_size: z.number().int().positive(),
  max_position_embeddings: z.number().int().positive(),
  hidden_size: z.number().int().positive(),
  num_hidden_layers: z.number().int().positive(),
  num_attention_heads: z.number().int().positive(),
  num_key_value_heads: z.number().int().positive().nullish(),
  head_dim: z.number().int().positive().nullish(),
  intermediate_size: z.number().int().positive(),
  hidden_act: z.literal("silu").default("silu"),
  rms_norm_eps: z.number().positive().default(1e-6),
  rope_theta: z.number().positive().default(10_000),
  rope_scaling: z.null().optional(),
  attention_bias: z.literal(false).default(false),
  mlp_bias: z.literal(false).default(false),
  tie_word_embeddings: z.boolean().default(false),
});

export const llama: Family = {
  modelType: "llama",

  readConfig(json) {
    const read = parseConfig("llama", schema, json);
    return {
      vocabularySize: read.vocab_size,
      context: read.max_position_embeddings,
      layers: read.num_hidden_layers,
      width: read.hidden_size,
      heads: read.num_attention_heads,
      keyValueHeads: read.num_key_value_heads ?? read.num_attention_heads,
      headDim: read.head_dim ?? read.hidden_size / read.num_attention_heads,
      feedForward: read.intermediate_size,
      positions: "rotary",
      rope: { theta: read.rope_theta },
      norm: "rmsNorm",
      normEpsilon: read.rms_norm_eps,
      activation: "silu",
      gated: true,
      biases: { queryKeyValue: false, attentionOutput: false, feedForward: false },
      tieEmbeddings: read.tie_word_embeddings,
    };
  },

  writeConfig: (config) => ({
    architectures: ["LlamaForCausalLM"],
    model_type: "llama",
    vocab_size: config.vocabularySize,
    max_position_embeddings: config.context,
    hidden_size: config.width,
    num_hidden_layers: config.layers,
    num_attention_heads: config.heads,
    num_key_value_heads: config.keyValueHeads,
    head_dim: config.headDim,
    intermediate_size: config.feedForward,
    hidden_act: "silu",
    rms_norm_eps: config.normEpsilon,
    rope_theta: config.rope.theta,
    attention_bias: false,
    mlp_bias: false,
    tie_word_embeddings: config.tieEmbeddings,
    torch_dtype: "float32",
  }),

  refuses(config) {
    if (config.positions !== "rotary") return "Llama has rotary positions";
    if (config.norm !== "rmsNorm") return "Llama normalises by RMSNorm";
    if (!config.gated || config.activation !== "silu") return "Llama's network is a SwiGLU";
    const { queryKeyValue, attentionOutput, feedForward } = config.biases;
    return queryKeyValue || attentionOutput || feedForward ? "Llama has no biases" : null;
  },

  tensors: (config) => [
    plain("model.embed_tokens.weight", "embedding.weight"),
    ...Array.from({ length: config.layers }, (_, layer) => layerTensors(layer)).flat(),
    plain("model.norm.weight", "finalNorm.weight"),
    ...(config.tieEmbeddings ? [] : [plain("lm_head.weight", "head.weight")]),
  ],
};

/** Their names of a layer's parts, and ours. */
const layerParts: readonly (readonly [string, string])[] = [
  ["input_layernorm", "attentionNorm"],
  ["self_attn.q_proj", "attention.query"],
  ["self_attn.k_proj", "attention.key"],
  ["self_attn.v_proj", "attention.value"],
  ["self_attn.o_proj", "attention.output"],
  ["post_attention_layernorm", "feedForwardNorm"],
  ["mlp.gate_proj", "feedForward.gate"],
  ["mlp.up_proj", "feedForward.up"],
  ["mlp.down_proj", "feedForward.down"],
];

function layerTensors(layer: number): TensorMapping[] {
  return layerParts.map(([theirs, ours]) =>
    plain(`model.layers.${layer}.${theirs}.weight`, `layers.${layer}.${ours}.weight`),
  );
}
