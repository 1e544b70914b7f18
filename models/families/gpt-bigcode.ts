/**
 * StarCoder and SantaCoder (Li et al. 2023, arXiv 2305.06161), the base of StarVector 1B: GPT-2 with one
 * head of keys and values, or as many as of queries, fused head by head then.
 */
import { z } from "zod";
import { type DecoderConfig, layerBiases, plainDecoder } from "../decoder/config.ts";
import { plainRope } from "../decoder/rope-config.ts";
import { type Family, FamilyError } from "./family.ts";
import { type NameTable, tensorsByName } from "./name-table.ts";
import { parseConfig } from "./parse-config.ts";
import { layerCount, size } from "./size.ts";

const schema = z.object({
  vocab_size: size,
  n_positions: size.default(1024),
  n_embd: size,
  n_layer: layerCount,
  n_head: size,
  n_inner: size.nullish(),
  num_key_value_heads: size.optional(),
  activation_function: z
    .enum(["gelu_pytorch_tanh", "gelu_new", "gelu"])
    .default("gelu_pytorch_tanh"),
  layer_norm_epsilon: z.number().positive().default(1e-5),
  scale_attn_weights: z.boolean().default(true),
  multi_query: z.boolean().default(true),
  tie_word_embeddings: z.boolean().default(true),
});

/** How scores are rounded, and how fast they are computed. */
const inert = [
  ...["attention_softmax_in_fp32", "scale_attention_softmax_in_fp32", "inference_runner"],
  ...["max_batch_size", "max_sequence_length", "pad_key_length", "pre_allocate_kv_cache"],
  ...["validate_runner_input", "runner_max_sequence_length", "n_ctx"],
  ...["summary_type", "summary_use_proj", "summary_activation", "summary_proj_to_labels"],
];

const names = ({ heads, kvHeads }: DecoderConfig): NameTable => ({
  outer: [
    ["transformer.wte", "embedding"],
    ["transformer.wpe", "positions"],
    ["transformer.ln_f", "finalNorm"],
    ["lm_head", "head"],
  ],
  layers: "transformer.h",
  inner: [
    ["ln_1", "attentionNorm"],
    [
      "attn.c_attn",
      ["attention.query", "attention.key", "attention.value"],
      { groups: kvHeads === 1 ? 1 : heads },
    ],
    ["attn.c_proj", "attention.output"],
    ["ln_2", "feedForwardNorm"],
    ["mlp.c_fc", "feedForward.up"],
    ["mlp.c_proj", "feedForward.down"],
  ],
});

export const gptBigcode: Family = {
  modelType: "gpt_bigcode",
  prefix: "transformer.",
  ignored: /\.attn\.(masked_)?bias$/,

  readConfig(json) {
    const read = parseConfig("gpt_bigcode", schema, json, inert);
    if (read.n_embd % read.n_head !== 0) {
      throw new FamilyError(
        `config.json of a gpt_bigcode model: n_embd ${read.n_embd} is no multiple of n_head ${read.n_head}`,
      );
    }
    return {
      ...plainDecoder,
      vocabularySize: read.vocab_size,
      contextLength: read.n_positions,
      layers: read.n_layer,
      hiddenSize: read.n_embd,
      heads: read.n_head,
      kvHeads: read.multi_query ? 1 : read.n_head,
      headDim: read.n_embd / read.n_head,
      intermediateSize: read.n_inner ?? 4 * read.n_embd,
      positions: "learned",
      rope: plainRope(10_000),
      norm: "layerNorm",
      normEpsilon: read.layer_norm_epsilon,
      attention: { ...plainDecoder.attention, scale: read.scale_attn_weights ? null : 1 },
      activation: read.activation_function === "gelu" ? "gelu" : "geluNew",
      gated: false,
      biases: layerBiases(true),
      tieEmbeddings: read.tie_word_embeddings,
    };
  },

  writeConfig: (config) => ({
    architectures: ["GPTBigCodeForCausalLM"],
    model_type: "gpt_bigcode",
    vocab_size: config.vocabularySize,
    n_positions: config.contextLength,
    n_embd: config.hiddenSize,
    n_layer: config.layers,
    n_head: config.heads,
    n_inner: config.intermediateSize,
    activation_function: config.activation === "gelu" ? "gelu" : "gelu_pytorch_tanh",
    layer_norm_epsilon: config.normEpsilon,
    scale_attn_weights: config.attention.scale === null,
    multi_query: config.kvHeads === 1,
    tie_word_embeddings: config.tieEmbeddings,
    attn_pdrop: 0,
    embd_pdrop: 0,
    resid_pdrop: 0,
    torch_dtype: "float32",
  }),

  tensors: (config) => tensorsByName(config, names(config)),
};
