/**
 * Falcon (Almazrouei et al. 2023, arXiv 2311.16867), as `FalconForCausalLM` keeps it. The layers of
 * 7B have one norm, attention and network side by side, and one key-value head; those of 40B and
 * 180B ("new decoder architecture") groups of queries and two norms; those of 11B groups and one
 * norm; and there are plain ones. Queries, keys and values are fused group by group.
 */
import { z } from "zod";
import {
  type BlockLayout,
  type DecoderConfig,
  layerBiases,
  plainDecoder,
} from "../decoder/config.ts";
import { type Family, FamilyError } from "./family.ts";
import { rotaryBuffers } from "./llama-like.ts";
import { type NameTable, tensorsByName } from "./name-table.ts";
import { parseConfig } from "./parse-config.ts";
import { readRope, ropeKeys, usualRope, writeRope } from "./rope-json.ts";
import { layerCount, size } from "./size.ts";

const schema = z.object({
  ...ropeKeys,
  max_position_embeddings: size.default(2048),
  vocab_size: size,
  hidden_size: size,
  num_hidden_layers: layerCount,
  num_attention_heads: size,
  num_kv_heads: size.nullish(),
  ffn_hidden_size: size.nullish(),
  new_decoder_architecture: z.boolean().default(false),
  num_ln_in_parallel_attn: z.union([z.literal(1), z.literal(2)]).nullish(),
  multi_query: z.boolean().default(true),
  parallel_attn: z.boolean().default(true),
  bias: z.boolean().default(false),
  alibi: z
    .literal(
      false,
      "ALiBi positions of Falcon are not supported: transformers rounds them to bfloat16",
    )
    .default(false),
  activation: z.literal("gelu").default("gelu"),
  layer_norm_epsilon: z.number().positive().default(1e-5),
  tie_word_embeddings: z.boolean().default(true),
});

type FalconJson = z.output<typeof schema>;

function blockOf(json: FalconJson): BlockLayout {
  if (json.new_decoder_architecture) {
    return json.num_ln_in_parallel_attn === 1 ? "parallel" : "parallelTwoNorms";
  }
  return json.parallel_attn ? "parallel" : "preNorm";
}

/** @throws FamilyError for what `FalconForCausalLM` builds but cannot run. */
function checkLayout(json: FalconJson): void {
  const fault =
    json.new_decoder_architecture && !json.parallel_attn
      ? "new_decoder_architecture is true and parallel_attn false"
      : !json.new_decoder_architecture && json.num_ln_in_parallel_attn === 2
        ? "num_ln_in_parallel_attn is 2 without new_decoder_architecture"
        : null;
  if (fault === null) return;
  throw new FamilyError(`config.json of a falcon model: ${fault}, which no Falcon model has`);
}

function kvHeads(json: FalconJson): number {
  if (json.new_decoder_architecture) return json.num_kv_heads ?? json.num_attention_heads;
  return json.multi_query ? 1 : json.num_attention_heads;
}

/** Groups of queries, or two norms, are what only the new architecture has. */
function isNew({ block, heads, kvHeads }: DecoderConfig): boolean {
  return block === "parallelTwoNorms" || (kvHeads !== 1 && kvHeads !== heads);
}

const names = (config: DecoderConfig): NameTable => ({
  outer: [
    ["transformer.word_embeddings", "embedding"],
    ["transformer.ln_f", "finalNorm"],
    ["lm_head", "head"],
  ],
  layers: "transformer.h",
  inner: [
    [config.block === "parallelTwoNorms" ? "ln_attn" : "input_layernorm", "attentionNorm"],
    [
      "self_attention.query_key_value",
      ["attention.query", "attention.key", "attention.value"],
      { groups: config.kvHeads },
    ],
    ["self_attention.dense", "attention.output"],
    [
      config.block === "parallelTwoNorms" ? "ln_mlp" : "post_attention_layernorm",
      "feedForwardNorm",
    ],
    ["mlp.dense_h_to_4h", "feedForward.up"],
    ["mlp.dense_4h_to_h", "feedForward.down"],
  ],
});

export const falcon: Family = {
  modelType: "falcon",
  prefix: "transformer.",
  ignored: rotaryBuffers,

  readConfig(json) {
    const read = parseConfig("falcon", schema, json);
    checkLayout(read);
    return {
      ...plainDecoder,
      ...readRope(read, usualRope),
      vocabularySize: read.vocab_size,
      layers: read.num_hidden_layers,
      hiddenSize: read.hidden_size,
      heads: read.num_attention_heads,
      kvHeads: kvHeads(read),
      headDim: read.hidden_size / read.num_attention_heads,
      intermediateSize: read.ffn_hidden_size ?? 4 * read.hidden_size,
      positions: "rotary",
      block: blockOf(read),
      norm: "layerNorm",
      normEpsilon: read.layer_norm_epsilon,
      activation: "gelu",
      gated: false,
      biases: layerBiases(read.bias),
      tieEmbeddings: read.tie_word_embeddings,
    };
  },

  writeConfig: (config) => ({
    architectures: ["FalconForCausalLM"],
    model_type: "falcon",
    vocab_size: config.vocabularySize,
    hidden_size: config.hiddenSize,
    num_hidden_layers: config.layers,
    num_attention_heads: config.heads,
    num_kv_heads: config.kvHeads,
    ffn_hidden_size: config.intermediateSize,
    new_decoder_architecture: isNew(config),
    num_ln_in_parallel_attn: isNew(config) ? (config.block === "parallel" ? 1 : 2) : null,
    multi_query: config.kvHeads === 1,
    parallel_attn: config.block !== "preNorm",
    bias: config.biases.feedForward,
    alibi: false,
    activation: "gelu",
    layer_norm_epsilon: config.normEpsilon,
    tie_word_embeddings: config.tieEmbeddings,
    ...writeRope(config.rope, config.contextLength),
    torch_dtype: "float32",
  }),

  tensors: (config) => tensorsByName(config, names(config)),
};
