/** What Llama and its descendants share: the keys of their config.json and the names of their parts. */
import { z } from "zod";
import { type DecoderConfig, plainDecoder } from "../decoder/config.ts";
import type { NameRow, NameTable } from "./name-table.ts";
import { readRope, ropeKeys, usualRope, writeRope } from "./rope-json.ts";
import { layerCount, size } from "./size.ts";

export const llamaLikeKeys = {
  vocab_size: size,
  hidden_size: size,
  num_hidden_layers: layerCount,
  num_attention_heads: size,
  num_key_value_heads: size.nullish(),
  head_dim: size.nullish(),
  intermediate_size: size,
  ...ropeKeys,
};

/** The network of Llama, which most descendants keep. */
export const llamaNetwork = {
  hidden_act: z.literal("silu").default("silu"),
  rms_norm_eps: z.number().positive().default(1e-6),
};

/** What of a decoder no key of config.json says. */
export const llamaSwitches = {
  ...plainDecoder,
  norm: "rmsNorm",
  activation: "silu",
  gated: true,
} as const satisfies Partial<DecoderConfig>;

export type LlamaLikeJson = z.output<z.ZodObject<typeof llamaLikeKeys>>;

/** Sizes and positions. */
export function readSizes(json: LlamaLikeJson, defaults = usualRope) {
  return {
    ...readRope(json, defaults),
    vocabularySize: json.vocab_size,
    layers: json.num_hidden_layers,
    hiddenSize: json.hidden_size,
    heads: json.num_attention_heads,
    kvHeads: json.num_key_value_heads ?? json.num_attention_heads,
    headDim: json.head_dim ?? json.hidden_size / json.num_attention_heads,
    intermediateSize: json.intermediate_size,
    positions: "rotary",
  } as const satisfies Partial<DecoderConfig>;
}

export function writeSizes(config: DecoderConfig): Record<string, unknown> {
  return {
    vocab_size: config.vocabularySize,
    hidden_size: config.hiddenSize,
    num_hidden_layers: config.layers,
    num_attention_heads: config.heads,
    num_key_value_heads: config.kvHeads,
    intermediate_size: config.intermediateSize,
    tie_word_embeddings: config.tieEmbeddings,
    ...writeRope(config.rope, config.contextLength),
  };
}

export const outerNames: readonly NameRow[] = [
  ["model.embed_tokens", "embedding"],
  ["model.norm", "finalNorm"],
  ["lm_head", "head"],
];

export const attentionNames: readonly NameRow[] = [
  ["self_attn.q_proj", "attention.query"],
  ["self_attn.k_proj", "attention.key"],
  ["self_attn.v_proj", "attention.value"],
  ["self_attn.o_proj", "attention.output"],
];

export const queryKeyNormNames: readonly NameRow[] = [
  ["self_attn.q_norm", "attention.queryNorm"],
  ["self_attn.k_norm", "attention.keyNorm"],
];

/** Of a feed-forward network with a gate. */
export const gatedNames: readonly NameRow[] = [
  ["mlp.gate_proj", "feedForward.gate"],
  ["mlp.up_proj", "feedForward.up"],
  ["mlp.down_proj", "feedForward.down"],
];

export const llamaNames: NameTable = {
  outer: outerNames,
  layers: "model.layers",
  inner: [
    ["input_layernorm", "attentionNorm"],
    ...attentionNames,
    ...queryKeyNormNames,
    ["post_attention_layernorm", "feedForwardNorm"],
    ...gatedNames,
  ],
};

/** Tables of rotary positions that old checkpoints carry. */
export const rotaryBuffers = /\.rotary_emb\.inv_freq$/;
