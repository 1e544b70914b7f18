/** GPT-2 (Radford et al. 2019), as `GPT2LMHeadModel` keeps it: fused projections, transposed. */
import { z } from "zod";
import { layerBiases, plainDecoder } from "../decoder/config.ts";
import { plainRope } from "../decoder/rope-config.ts";
import { type Family, FamilyError } from "./family.ts";
import { type NameTable, tensorsByName } from "./name-table.ts";
import { parseConfig } from "./parse-config.ts";
import { layerCount, size } from "./size.ts";

const schema = z.object({
  vocab_size: size,
  n_positions: size,
  n_embd: size,
  n_layer: layerCount,
  n_head: size,
  n_inner: size.nullish(),
  activation_function: z.enum(["gelu_new", "gelu_pytorch_tanh", "gelu"]).default("gelu_new"),
  scale_attn_weights: z.boolean().default(true),
  layer_norm_epsilon: z.number().positive().default(1e-5),
  tie_word_embeddings: z.boolean().default(true),
  scale_attn_by_inverse_layer_idx: z.literal(false).default(false),
});

/** The scores in another order of rounding, and the head of another task. */
const inert = [
  "n_ctx",
  "reorder_and_upcast_attn",
  "summary_type",
  "summary_use_proj",
  "summary_activation",
  "summary_proj_to_labels",
];

export const gpt2: Family = {
  modelType: "gpt2",
  prefix: "transformer.",
  ignored: /\.attn\.(masked_)?bias$/,

  readConfig(json) {
    const read = parseConfig("gpt2", schema, json, inert);
    if (read.n_embd % read.n_head !== 0) {
      throw new FamilyError(
        `config.json: n_embd ${read.n_embd} is no multiple of n_head ${read.n_head}`,
      );
    }
    return {
      ...plainDecoder,
      vocabularySize: read.vocab_size,
      contextLength: read.n_positions,
      layers: read.n_layer,
      hiddenSize: read.n_embd,
      heads: read.n_head,
      kvHeads: read.n_head,
      headDim: read.n_embd / read.n_head,
      intermediateSize: read.n_inner ?? 4 * read.n_embd,
      positions: "learned",
      rope: plainRope(10_000),
      norm: "layerNorm",
      normEpsilon: read.layer_norm_epsilon,
      attention: {
        ...plainDecoder.attention,
        scale: read.scale_attn_weights ? null : 1,
      },
      activation: read.activation_function === "gelu" ? "gelu" : "geluNew",
      gated: false,
      biases: layerBiases(true),
      tieEmbeddings: read.tie_word_embeddings,
    };
  },

  writeConfig: (config) => ({
    architectures: ["GPT2LMHeadModel"],
    model_type: "gpt2",
    vocab_size: config.vocabularySize,
    n_positions: config.contextLength,
    n_embd: config.hiddenSize,
    n_layer: config.layers,
    n_head: config.heads,
    n_inner: config.intermediateSize,
    activation_function: config.activation === "gelu" ? "gelu" : "gelu_new",
    layer_norm_epsilon: config.normEpsilon,
    scale_attn_weights: config.attention.scale === null,
    tie_word_embeddings: config.tieEmbeddings,
    attn_pdrop: 0,
    embd_pdrop: 0,
    resid_pdrop: 0,
    torch_dtype: "float32",
  }),

  tensors: (config) => tensorsByName(config, names),
};

/** Projections are kept transposed, those of queries, keys and values side by side. */
const names: NameTable = {
  outer: [
    ["transformer.wte", "embedding"],
    ["transformer.wpe", "positions"],
    ["transformer.ln_f", "finalNorm"],
    ["lm_head", "head"],
  ],
  layers: "transformer.h",
  inner: [
    ["ln_1", "attentionNorm"],
    ["attn.c_attn", ["attention.query", "attention.key", "attention.value"], { transposed: true }],
    ["attn.c_proj", "attention.output", { transposed: true }],
    ["ln_2", "feedForwardNorm"],
    ["mlp.c_fc", "feedForward.up", { transposed: true }],
    ["mlp.c_proj", "feedForward.down", { transposed: true }],
  ],
};
