/**
 * What Gemma 2 and 3 share (arXiv 2408.00118, 2503.19786): scaled embeddings, gains kept as
 * differences from 1, norms before and after each part, soft caps, layers with and without a window.
 */
import { z } from "zod";
import { type DecoderConfig, layerBiases, plainDecoder } from "../decoder/config.ts";
import {
  attentionNames,
  gatedNames,
  llamaLikeKeys,
  outerNames,
  queryKeyNormNames,
  readSizes,
  writeSizes,
} from "./llama-like.ts";
import type { NameTable } from "./name-table.ts";
import { type RopeDefaults, usualRope } from "./rope-json.ts";
import { size } from "./size.ts";
import { layerTypes, readWindow, windowKeys } from "./window-json.ts";

const cap = z.number().positive().nullish();

export const gemmaKeys = {
  ...llamaLikeKeys,
  ...windowKeys,
  num_key_value_heads: size.default(4),
  head_dim: size.default(256),
  hidden_activation: z.literal("gelu_pytorch_tanh").nullish(),
  rms_norm_eps: z.number().positive().default(1e-6),
  attention_bias: z.boolean().default(false),
  query_pre_attn_scalar: z.number().positive().default(256),
  attn_logit_softcapping: cap,
  final_logit_softcapping: cap,
  use_bidirectional_attention: z.literal(false).nullish(),
  tie_word_embeddings: z.boolean().default(true),
};

/** Of Gemma 1's files; `hidden_activation` says it. */
export const gemmaInert = ["hidden_act"];

export const gemmaNames: NameTable = {
  outer: outerNames,
  layers: "model.layers",
  inner: [
    ["input_layernorm", "attentionNorm"],
    ...attentionNames,
    ...queryKeyNormNames,
    ["post_attention_layernorm", "attentionOutputNorm"],
    ["pre_feedforward_layernorm", "feedForwardNorm"],
    ...gatedNames,
    ["post_feedforward_layernorm", "feedForwardOutputNorm"],
  ],
};

/** @param slides which layers have the window where config.json does not say. */
export function readGemma(
  json: z.output<z.ZodObject<typeof gemmaKeys>>,
  slides: (layer: number) => boolean,
  defaults: RopeDefaults = usualRope,
): DecoderConfig {
  const bias = json.attention_bias;
  return {
    ...plainDecoder,
    ...readSizes(json, defaults),
    block: "sandwichNorm",
    norm: "rmsNorm",
    normEpsilon: json.rms_norm_eps,
    normOffset: 1,
    attention: {
      scale: 1 / Math.sqrt(json.query_pre_attn_scalar),
      softcap: json.attn_logit_softcapping ?? null,
      queryKeyNorm: "none",
      outputGate: false,
      queryGrowth: null,
      window: readWindow(json, json.num_hidden_layers, slides),
    },
    activation: "geluNew",
    gated: true,
    biases: { ...layerBiases(false), queryKeyValue: bias, attentionOutput: bias },
    tieEmbeddings: json.tie_word_embeddings,
    embeddingScale: Math.sqrt(json.hidden_size),
    logitSoftcap: json.final_logit_softcapping ?? null,
  };
}

export function writeGemma(config: DecoderConfig): Record<string, unknown> {
  const { scale, softcap, window } = config.attention;
  return {
    ...writeSizes(config),
    head_dim: config.headDim,
    hidden_activation: "gelu_pytorch_tanh",
    hidden_act: "gelu_pytorch_tanh",
    rms_norm_eps: config.normEpsilon,
    attention_bias: config.biases.queryKeyValue,
    query_pre_attn_scalar: scale === null ? config.headDim : inverseSquare(scale),
    attn_logit_softcapping: softcap,
    final_logit_softcapping: config.logitSoftcap,
    sliding_window: window?.size ?? null,
    layer_types: layerTypes(window, config.layers),
    torch_dtype: "float32",
  };
}

/** Whole where the scale was made from a whole number. */
function inverseSquare(scale: number): number {
  const exact = 1 / (scale * scale);
  const whole = Math.round(exact);
  return Math.abs(exact - whole) < 1e-9 * exact ? whole : exact;
}
