/**
 * GPT-J (Wang and Komatsuzaki 2021): attention and network side by side under one norm, neighbouring channels
 * of a part of each head turned together, biases in the network and the head alone.
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
  n_positions: size.default(2048),
  n_embd: size,
  n_layer: layerCount,
  n_head: size,
  n_inner: size.nullish(),
  rotary_dim: size.default(64),
  activation_function: z.enum(["gelu_new", "gelu_pytorch_tanh", "gelu"]).default("gelu_new"),
  layer_norm_epsilon: z.number().positive().default(1e-5),
  tie_word_embeddings: z.boolean().default(false),
});

/** The head of another task, and the context by another name. */
const inert = [
  ...["n_ctx", "rotary", "summary_type", "summary_use_proj", "summary_activation"],
  ...["summary_proj_to_labels", "scale_attn_weights"],
];

const names: NameTable = {
  outer: [
    ["transformer.wte", "embedding"],
    ["transformer.ln_f", "finalNorm"],
    ["lm_head", "head"],
  ],
  layers: "transformer.h",
  inner: [
    ["ln_1", "attentionNorm"],
    ["attn.q_proj", "attention.query"],
    ["attn.k_proj", "attention.key"],
    ["attn.v_proj", "attention.value"],
    ["attn.out_proj", "attention.output"],
    ["mlp.fc_in", "feedForward.up"],
    ["mlp.fc_out", "feedForward.down"],
  ],
};

export const gptj: Family = {
  modelType: "gptj",
  prefix: "transformer.",
  ignored: /\.attn\.(masked_)?bias$/,

  readConfig(json) {
    const read = parseConfig("gptj", schema, json, inert);
    const headDim = read.n_embd / read.n_head;
    if (!Number.isInteger(headDim) || read.rotary_dim > headDim) {
      throw new FamilyError(
        `config.json of a gptj model: n_embd ${read.n_embd} in ${read.n_head} heads, of which rotary_dim ${read.rotary_dim} are turned, do not fit one another`,
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
      headDim,
      intermediateSize: read.n_inner ?? 4 * read.n_embd,
      positions: "rotary",
      rope: { ...plainRope(10_000), share: read.rotary_dim / headDim, interleaved: true },
      block: "parallel",
      norm: "layerNorm",
      normEpsilon: read.layer_norm_epsilon,
      activation: read.activation_function === "gelu" ? "gelu" : "geluNew",
      gated: false,
      biases: { ...layerBiases(false), feedForward: true, head: true },
      tieEmbeddings: read.tie_word_embeddings,
    };
  },

  writeConfig: (config) => ({
    architectures: ["GPTJForCausalLM"],
    model_type: "gptj",
    vocab_size: config.vocabularySize,
    n_positions: config.contextLength,
    n_embd: config.hiddenSize,
    n_layer: config.layers,
    n_head: config.heads,
    n_inner: config.intermediateSize,
    rotary_dim: Math.round(config.headDim * config.rope.share),
    activation_function: config.activation === "gelu" ? "gelu" : "gelu_new",
    layer_norm_epsilon: config.normEpsilon,
    tie_word_embeddings: config.tieEmbeddings,
    attn_pdrop: 0,
    embd_pdrop: 0,
    resid_pdrop: 0,
    torch_dtype: "float32",
  }),

  tensors: (config) => tensorsByName(config, names),
};
