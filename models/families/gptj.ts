/**
 * GPT-J (Wang and Komatsuzaki 2021): attention and network side by side under one norm, neighbouring channels
 * of a part of each head turned together, biases in the network and the head alone.
 */
import { z } from "zod";
import { layerBiases } from "../decoder/config.ts";
import { plainRope } from "../decoder/rope-config.ts";
import { type Family, FamilyError } from "./family.ts";
import { gpt2SizeKeys, readGpt2Sizes, summaryKeys, writeGpt2Sizes } from "./gpt2-like.ts";
import { type NameTable, tensorsByName } from "./name-table.ts";
import { parseConfig } from "./parse-config.ts";
import { size } from "./size.ts";

const schema = z.object({
  ...gpt2SizeKeys,
  n_positions: size.default(2048),
  rotary_dim: size.default(64),
  activation_function: z.enum(["gelu_new", "gelu_pytorch_tanh", "gelu"]).default("gelu_new"),
  tie_word_embeddings: z.boolean().default(false),
});

/** The head of another task, and the context by another name. */
const inert = ["n_ctx", "rotary", "scale_attn_weights", ...summaryKeys];

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
      ...readGpt2Sizes(read),
      positions: "rotary",
      rope: { ...plainRope(10_000), share: read.rotary_dim / headDim, interleaved: true },
      block: "parallel",
      biases: { ...layerBiases(false), feedForward: true, head: true },
    };
  },

  writeConfig: (config) => ({
    architectures: ["GPTJForCausalLM"],
    model_type: "gptj",
    ...writeGpt2Sizes(config, "gelu_new"),
    rotary_dim: Math.round(config.headDim * config.rope.share),
  }),

  tensors: (config) => tensorsByName(config, names),
};
