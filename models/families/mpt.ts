/**
 * MPT (MosaicML 2023): ALiBi in place of positions, LayerNorm without biases, exact GELU, no biases, fused
 * queries, keys and values.
 */
import { z } from "zod";
import { layerBiases, plainDecoder } from "../decoder/config.ts";
import { plainRope } from "../decoder/rope-config.ts";
import { type Family, FamilyError } from "./family.ts";
import { type NameTable, tensorsByName } from "./name-table.ts";
import { parseConfig } from "./parse-config.ts";
import { layerCount, size } from "./size.ts";

/** `attn_config`, which has the keys of a whole config.json where `transformers` wrote it. */
const attentionSchema = z.object({
  attn_type: z.literal("multihead_attention").default("multihead_attention"),
  alibi: z.literal(true).default(true),
  alibi_bias_max: z.literal(8).default(8),
  clip_qkv: z.null().optional(),
  qk_ln: z.literal(false).default(false),
  prefix_lm: z.literal(false).default(false),
  softmax_scale: z.number().positive().nullish(),
  attn_uses_sequence_id: z.literal(false).default(false),
});

const attentionInert = ["attn_impl", "attn_pdrop"];

const schema = z.object({
  vocab_size: size,
  d_model: size,
  n_layers: layerCount,
  n_heads: size,
  max_seq_len: size.default(2048),
  expansion_ratio: z.literal(4).default(4),
  layer_norm_epsilon: z.number().positive().default(1e-5),
  attn_config: z.record(z.string(), z.unknown()).default({}),
  no_bias: z.literal(true).default(true),
  logit_scale: z.null().optional(),
  norm_type: z.enum(["low_precision_layernorm", "layernorm"]).optional(),
  tie_word_embeddings: z.literal(true).default(true),
});

/** Of the program that it was trained by, and what `transformers` builds and does not use. */
const inert = [
  ...["emb_pdrop", "embedding_fraction", "init_config", "init_device", "learned_pos_emb"],
  ...["resid_pdrop", "tokenizer_name", "use_pad_tok_in_ffn", "verbose"],
];

const names: NameTable = {
  outer: [
    ["transformer.wte", "embedding"],
    ["transformer.norm_f", "finalNorm"],
    ["lm_head", "head"],
  ],
  layers: "transformer.blocks",
  inner: [
    ["norm_1", "attentionNorm"],
    ["attn.Wqkv", ["attention.query", "attention.key", "attention.value"]],
    ["attn.out_proj", "attention.output"],
    ["norm_2", "feedForwardNorm"],
    ["ffn.up_proj", "feedForward.up"],
    ["ffn.down_proj", "feedForward.down"],
  ],
};

export const mpt: Family = {
  modelType: "mpt",
  prefix: "transformer.",

  readConfig(json) {
    const read = parseConfig("mpt", schema, json, inert);
    const attention = parseConfig("mpt", attentionSchema, read.attn_config, attentionInert);
    if (read.d_model % read.n_heads !== 0) {
      throw new FamilyError(
        `config.json of an mpt model: d_model ${read.d_model} is no multiple of n_heads ${read.n_heads}`,
      );
    }
    return {
      ...plainDecoder,
      vocabularySize: read.vocab_size,
      contextLength: read.max_seq_len,
      layers: read.n_layers,
      hiddenSize: read.d_model,
      heads: read.n_heads,
      kvHeads: read.n_heads,
      headDim: read.d_model / read.n_heads,
      intermediateSize: 4 * read.d_model,
      positions: "alibi",
      rope: plainRope(10_000),
      norm: "layerNorm",
      normEpsilon: read.layer_norm_epsilon,
      attention: { ...plainDecoder.attention, scale: attention.softmax_scale ?? null },
      activation: "gelu",
      gated: false,
      biases: { ...layerBiases(false), norm: false },
      tieEmbeddings: read.tie_word_embeddings,
    };
  },

  writeConfig: (config) => ({
    architectures: ["MptForCausalLM"],
    model_type: "mpt",
    vocab_size: config.vocabularySize,
    d_model: config.hiddenSize,
    n_layers: config.layers,
    n_heads: config.heads,
    max_seq_len: config.contextLength,
    expansion_ratio: 4,
    layer_norm_epsilon: config.normEpsilon,
    attn_config: { softmax_scale: config.attention.scale },
    no_bias: true,
    tie_word_embeddings: true,
    torch_dtype: "float32",
  }),

  tensors: (config) => tensorsByName(config, names),
};
