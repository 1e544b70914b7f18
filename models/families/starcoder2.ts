/**
 * StarCoder2 (Lozhkov et al. 2024, arXiv 2402.19173), the base of StarVector 8B: grouped queries, LayerNorm,
 * a network that is not gated, biases by choice, perhaps a sliding window in all layers.
 */
import { z } from "zod";
import { layerBiases, plainDecoder } from "../decoder/config.ts";
import type { Family } from "./family.ts";
import {
  attentionNames,
  llamaLikeKeys,
  outerNames,
  readSizes,
  rotaryBuffers,
  writeSizes,
} from "./llama-like.ts";
import { type NameTable, tensorsByName } from "./name-table.ts";
import { parseConfig } from "./parse-config.ts";
import { size } from "./size.ts";
import { readWindow, windowKeys } from "./window-json.ts";

const schema = z.object({
  ...llamaLikeKeys,
  num_key_value_heads: size.default(2),
  head_dim: z.null().optional(),
  sliding_window: windowKeys.sliding_window,
  hidden_act: z.enum(["gelu_pytorch_tanh", "gelu_new", "gelu"]).default("gelu_pytorch_tanh"),
  norm_epsilon: z.number().positive().default(1e-5),
  use_bias: z.boolean().default(true),
  norm_type: z.literal("layer_norm").optional(),
  mlp_type: z.literal("default").optional(),
  tie_word_embeddings: z.boolean().default(true),
});

/** Of the published files, under the names of the model before; `hidden_act` and `norm_epsilon` say it. */
const inert = ["activation_function", "layer_norm_epsilon", "scale_attention_softmax_in_fp32"];

const names: NameTable = {
  outer: outerNames,
  layers: "model.layers",
  inner: [
    ["input_layernorm", "attentionNorm"],
    ...attentionNames,
    ["post_attention_layernorm", "feedForwardNorm"],
    ["mlp.c_fc", "feedForward.up"],
    ["mlp.c_proj", "feedForward.down"],
  ],
};

export const starcoder2: Family = {
  modelType: "starcoder2",
  prefix: "model.",
  ignored: rotaryBuffers,

  readConfig(json) {
    const read = parseConfig("starcoder2", schema, json, inert);
    const window = readWindow(read, read.num_hidden_layers, () => true);
    return {
      ...plainDecoder,
      ...readSizes(read),
      norm: "layerNorm",
      normEpsilon: read.norm_epsilon,
      attention: { ...plainDecoder.attention, window },
      activation: read.hidden_act === "gelu" ? "gelu" : "geluNew",
      gated: false,
      biases: layerBiases(read.use_bias),
      tieEmbeddings: read.tie_word_embeddings,
    };
  },

  writeConfig: (config) => ({
    architectures: ["Starcoder2ForCausalLM"],
    model_type: "starcoder2",
    ...writeSizes(config),
    sliding_window: config.attention.window?.size ?? null,
    hidden_act: config.activation === "gelu" ? "gelu" : "gelu_pytorch_tanh",
    norm_epsilon: config.normEpsilon,
    use_bias: config.biases.feedForward,
    torch_dtype: "float32",
  }),

  tensors: (config) => tensorsByName(config, names),
};
