/**
 * BLOOM (Scao et al. 2022, arXiv 2211.05100): ALiBi in place of positions, a norm of the embeddings, biases
 * everywhere, queries, keys and values fused head by head. Its config.json names no context.
 */
import { z } from "zod";
import { layerBiases, plainDecoder } from "../decoder/config.ts";
import { plainRope } from "../decoder/rope-config.ts";
import { type Family, FamilyError } from "./family.ts";
import { type NameTable, tensorsByName } from "./name-table.ts";
import { parseConfig } from "./parse-config.ts";
import { layerCount, size } from "./size.ts";

const schema = z.object({
  vocab_size: size,
  hidden_size: size.optional(),
  n_embed: size.nullish(),
  n_layer: layerCount.optional(),
  num_hidden_layers: layerCount.optional(),
  n_head: size.optional(),
  num_attention_heads: size.optional(),
  layer_norm_epsilon: z.number().positive().default(1e-5),
  apply_residual_connection_post_layernorm: z.literal(false).default(false),
  slow_but_exact: z.literal(false).default(false),
  seq_length: size.default(2048),
  tie_word_embeddings: z.boolean().default(true),
});

/** Of the program that it was trained by. */
const inert = [
  "masked_softmax_fusion",
  "bias_dropout_fusion",
  "attention_softmax_in_fp32",
  "offset_alibi",
  "skip_bias_add",
  "skip_bias_add_qkv",
  "n_inner",
];

const names = (heads: number): NameTable => ({
  outer: [
    ["transformer.word_embeddings", "embedding"],
    ["transformer.word_embeddings_layernorm", "embeddingNorm"],
    ["transformer.ln_f", "finalNorm"],
    ["lm_head", "head"],
  ],
  layers: "transformer.h",
  inner: [
    ["input_layernorm", "attentionNorm"],
    [
      "self_attention.query_key_value",
      ["attention.query", "attention.key", "attention.value"],
      { groups: heads },
    ],
    ["self_attention.dense", "attention.output"],
    ["post_attention_layernorm", "feedForwardNorm"],
    ["mlp.dense_h_to_4h", "feedForward.up"],
    ["mlp.dense_4h_to_h", "feedForward.down"],
  ],
});

export const bloom: Family = {
  modelType: "bloom",
  prefix: "transformer.",

  readConfig(json) {
    const read = parseConfig("bloom", schema, json, inert);
    const hiddenSize = given("hidden_size", read.n_embed, read.hidden_size);
    const heads = given("n_head", read.n_head, read.num_attention_heads);
    if (hiddenSize % heads !== 0) {
      throw new FamilyError(
        `config.json of a bloom model: hidden_size ${hiddenSize} is no multiple of n_head ${heads}`,
      );
    }
    return {
      ...plainDecoder,
      vocabularySize: read.vocab_size,
      contextLength: read.seq_length,
      layers: given("n_layer", read.n_layer, read.num_hidden_layers),
      hiddenSize,
      heads,
      kvHeads: heads,
      headDim: hiddenSize / heads,
      intermediateSize: 4 * hiddenSize,
      positions: "alibi",
      rope: plainRope(10_000),
      norm: "layerNorm",
      normEpsilon: read.layer_norm_epsilon,
      embeddingNorm: true,
      activation: "geluNew",
      gated: false,
      biases: layerBiases(true),
      tieEmbeddings: read.tie_word_embeddings,
    };
  },

  writeConfig: (config) => ({
    architectures: ["BloomForCausalLM"],
    model_type: "bloom",
    vocab_size: config.vocabularySize,
    hidden_size: config.hiddenSize,
    n_layer: config.layers,
    n_head: config.heads,
    layer_norm_epsilon: config.normEpsilon,
    apply_residual_connection_post_layernorm: false,
    seq_length: config.contextLength,
    tie_word_embeddings: config.tieEmbeddings,
    torch_dtype: "float32",
  }),

  tensors: (config) => tensorsByName(config, names(config.heads)),
};

/** The first that the file has. */
function given(key: string, ...values: readonly (number | null | undefined)[]): number {
  const value = values.find((each) => each !== null && each !== undefined);
  if (value === undefined || value === null) {
    throw new FamilyError(`config.json of a bloom model: ${key} is nothing: expected a number`);
  }
  return value;
}
