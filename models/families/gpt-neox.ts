/**
 * GPT-NeoX and Pythia (Black et al. 2022, arXiv 2204.06745; Biderman et al. 2023, arXiv 2304.01373):
 * attention and network side by side with a norm each, a quarter of each head turned, projections fused head
 * by head.
 */
import { z } from "zod";
import { type DecoderConfig, layerBiases, plainDecoder } from "../decoder/config.ts";
import { type Family, FamilyError } from "./family.ts";
import { llamaLikeKeys, readSizes, writeSizes } from "./llama-like.ts";
import { type NameTable, tensorsByName } from "./name-table.ts";
import { parseConfig } from "./parse-config.ts";

const schema = z.object({
  ...llamaLikeKeys,
  num_key_value_heads: z.null().optional(),
  head_dim: z.null().optional(),
  hidden_act: z.enum(["gelu", "gelu_new", "gelu_pytorch_tanh", "gelu_fast"]).default("gelu"),
  layer_norm_eps: z.number().positive().default(1e-5),
  use_parallel_residual: z.boolean().default(true),
  rotary_pct: z.number().positive().max(1).default(0.25),
  rotary_emb_base: z.number().positive().default(10_000),
  attention_bias: z.boolean().default(true),
  tie_word_embeddings: z.boolean().default(false),
});

const names = ({ heads }: DecoderConfig): NameTable => ({
  outer: [
    ["gpt_neox.embed_in", "embedding"],
    ["gpt_neox.final_layer_norm", "finalNorm"],
    ["embed_out", "head"],
  ],
  layers: "gpt_neox.layers",
  inner: [
    ["input_layernorm", "attentionNorm"],
    [
      "attention.query_key_value",
      ["attention.query", "attention.key", "attention.value"],
      { groups: heads },
    ],
    ["attention.dense", "attention.output"],
    ["post_attention_layernorm", "feedForwardNorm"],
    ["mlp.dense_h_to_4h", "feedForward.up"],
    ["mlp.dense_4h_to_h", "feedForward.down"],
  ],
});

export const gptNeox: Family = {
  modelType: "gpt_neox",
  prefix: "gpt_neox.",
  ignored: /\.(attention\.(masked_)?bias|rotary_emb\.inv_freq)$/,

  readConfig(json) {
    const read = parseConfig("gpt_neox", schema, json);
    const { rotary_emb_base: theta, rotary_pct: share } = read;
    for (const [key, value] of [
      ["rope_theta", theta],
      ["partial_rotary_factor", share],
    ] as const) {
      const given = read[key] ?? value;
      if (given === value) continue;
      throw new FamilyError(
        `config.json of a gpt_neox model: ${key} is ${given}, but transformers heeds ${key === "rope_theta" ? "rotary_emb_base" : "rotary_pct"} here, which is ${value}`,
      );
    }
    const bias = read.attention_bias;
    const plain = { rope_theta: undefined, partial_rotary_factor: undefined };
    return {
      ...plainDecoder,
      ...readSizes({ ...read, ...plain }, { theta, share }),
      block: read.use_parallel_residual ? "parallelTwoNorms" : "preNorm",
      norm: "layerNorm",
      normEpsilon: read.layer_norm_eps,
      activation: read.hidden_act === "gelu" ? "gelu" : "geluNew",
      gated: false,
      biases: { ...layerBiases(true), queryKeyValue: bias, attentionOutput: bias },
      tieEmbeddings: read.tie_word_embeddings,
    };
  },

  writeConfig(config) {
    const { num_key_value_heads: _heads, ...sizes } = writeSizes(config);
    return {
      architectures: ["GPTNeoXForCausalLM"],
      model_type: "gpt_neox",
      ...sizes,
      partial_rotary_factor: config.rope.share,
      rotary_pct: config.rope.share,
      rotary_emb_base: config.rope.theta,
      hidden_act: config.activation === "gelu" ? "gelu" : "gelu_new",
      layer_norm_eps: config.normEpsilon,
      use_parallel_residual: config.block === "parallelTwoNorms",
      attention_bias: config.biases.queryKeyValue,
      torch_dtype: "float32",
    };
  },

  tensors: (config) => tensorsByName(config, names(config)),
};
