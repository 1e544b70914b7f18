/**
 * Qwen3.5, dense (Qwen team 2026): three of four layers are gated delta nets, the fourth attends with a gate on
 * what its heads give. Its published checkpoints read pictures too (`qwen3_5`); of those the text model is
 * read, as `AutoModelForCausalLM` does, and saved as what it is alone (`qwen3_5_text`).
 */
import { z } from "zod";
import {
  type DecoderConfig,
  type GatedDeltaConfig,
  layerBiases,
  plainDecoder,
} from "../decoder/config.ts";
import { type ConfigJson, type Family, FamilyError } from "./family.ts";
import {
  gatedNames,
  llamaLikeKeys,
  llamaNetwork,
  outerNames,
  queryKeyNormNames,
  readSizes,
  writeSizes,
} from "./llama-like.ts";
import { type NameTable, tensorsByName } from "./name-table.ts";
import { parseConfig } from "./parse-config.ts";
import { size } from "./size.ts";

const layerKinds = ["linear_attention", "full_attention"] as const;

const schema = z.object({
  ...llamaLikeKeys,
  ...llamaNetwork,
  num_key_value_heads: size.default(4),
  head_dim: size.default(256),
  layer_types: z.array(z.enum(layerKinds)).nullish(),
  full_attention_interval: size.default(4),
  linear_conv_kernel_dim: size.default(4),
  linear_key_head_dim: size.default(128),
  linear_value_head_dim: size.default(128),
  linear_num_key_heads: size.default(16),
  linear_num_value_heads: size.default(32),
  attn_output_gate: z.literal(true).nullish(),
  mlp_only_layers: z.array(z.never()).nullish(),
  attention_bias: z.boolean().default(false),
  tie_word_embeddings: z.boolean().default(false),
});

/** Of heads that guess further tokens, which are left out, and of the kernels' arithmetic. */
const inert = ["mtp_num_hidden_layers", "mtp_use_dedicated_embeddings", "mamba_ssm_dtype"];

/** Beside the decoder in files: heads that guess further tokens, and what reads pictures. */
const beside = /^(mtp\.|(model\.)?visual\.)/;

const names = ({ heads }: DecoderConfig): NameTable => ({
  outer: outerNames,
  layers: "model.layers",
  inner: [
    ["input_layernorm", "attentionNorm"],
    ["linear_attn.in_proj_qkv", "deltaNet.queryKeyValue"],
    ["linear_attn.conv1d", "deltaNet.convolution"],
    ["linear_attn.in_proj_z", "deltaNet.gate"],
    ["linear_attn.in_proj_b", "deltaNet.rate"],
    ["linear_attn.in_proj_a", "deltaNet.decay"],
    ["linear_attn.dt_bias", "deltaNet.decayBias"],
    ["linear_attn.A_log", "deltaNet.logDecay"],
    ["linear_attn.norm", "deltaNet.norm"],
    ["linear_attn.out_proj", "deltaNet.output"],
    ["self_attn.q_proj", ["attention.query", "attention.gate"], { groups: heads }],
    ["self_attn.k_proj", "attention.key"],
    ["self_attn.v_proj", "attention.value"],
    ["self_attn.o_proj", "attention.output"],
    ...queryKeyNormNames,
    ["post_attention_layernorm", "feedForwardNorm"],
    ...gatedNames,
  ],
});

const shared = {
  prefix: "model.",
  ignored: beside,
  tensors: (config: DecoderConfig) => tensorsByName(config, names(config)),
} as const;

export const qwen35Text: Family = {
  ...shared,
  modelType: "qwen3_5_text",

  readConfig: (json) => readText("qwen3_5_text", json),

  writeConfig: (config) => ({
    architectures: ["Qwen3_5ForCausalLM"],
    model_type: "qwen3_5_text",
    ...writeSizes(config),
    partial_rotary_factor: config.rope.share,
    head_dim: config.headDim,
    ...writeLayers(config),
    hidden_act: "silu",
    rms_norm_eps: config.normEpsilon,
    attention_bias: config.biases.queryKeyValue,
    torch_dtype: "float32",
  }),
};

const composite = z.object({
  text_config: z.record(z.string(), z.unknown()),
  vision_config: z.unknown().optional(),
  image_token_id: z.unknown().optional(),
  video_token_id: z.unknown().optional(),
  vision_start_token_id: z.unknown().optional(),
  vision_end_token_id: z.unknown().optional(),
  tie_word_embeddings: z.boolean().optional(),
});

export const qwen35: Family = {
  ...shared,
  modelType: "qwen3_5",
  stored: (tensor) => tensor.replace(/^model\./, "model.language_model."),

  readConfig(json) {
    const { text_config: text, tie_word_embeddings: tied } = parseConfig(
      "qwen3_5",
      composite,
      json,
    );
    return readText("qwen3_5", {
      ...(tied !== undefined && { tie_word_embeddings: tied }),
      ...text,
    });
  },

  writeConfig() {
    throw new FamilyError("a qwen3_5 model reads pictures too; its text alone is qwen3_5_text");
  },
};

function readText(family: string, json: ConfigJson): DecoderConfig {
  const read = parseConfig(
    family,
    schema,
    { ...json, rope_parameters: textPositions(json.rope_parameters) },
    inert,
  );
  const bias = read.attention_bias;
  return {
    ...plainDecoder,
    ...readSizes(read, { theta: 10_000, share: 0.25 }),
    norm: "rmsNorm",
    normEpsilon: read.rms_norm_eps,
    normOffset: 1,
    attention: { ...plainDecoder.attention, queryKeyNorm: "head", outputGate: true },
    gatedDelta: readLayers(read),
    activation: "silu",
    gated: true,
    biases: { ...layerBiases(false), queryKeyValue: bias, attentionOutput: bias },
    tieEmbeddings: read.tie_word_embeddings,
  };
}

/** Which channels turn by a picture's rows and columns says nothing of text, whose three positions are one. */
function textPositions(rope: unknown): unknown {
  if (typeof rope !== "object" || rope === null) return rope;
  const { mrope_section: _section, mrope_interleaved: _order, ...text } = rope as ConfigJson;
  return text;
}

function readLayers(json: z.output<typeof schema>): GatedDeltaConfig | null {
  const { layer_types: listed, num_hidden_layers: layers, full_attention_interval: every } = json;
  if (listed && listed.length !== layers) {
    throw new FamilyError(
      `config.json: layer_types lists ${listed.length} layers, but num_hidden_layers is ${layers}`,
    );
  }
  const isGatedDelta = (layer: number) =>
    listed ? listed[layer] === "linear_attention" : (layer + 1) % every !== 0;
  const found = Array.from({ length: layers }, (_, layer) => layer).filter(isGatedDelta);
  if (found.length === 0) return null;
  return {
    layers: found,
    keyHeads: json.linear_num_key_heads,
    valueHeads: json.linear_num_value_heads,
    keyDim: json.linear_key_head_dim,
    valueDim: json.linear_value_head_dim,
    convolution: json.linear_conv_kernel_dim,
  };
}

function writeLayers({ gatedDelta, layers }: DecoderConfig): Record<string, unknown> {
  const layer_types = Array.from({ length: layers }, (_, layer) =>
    gatedDelta?.layers.includes(layer) ? "linear_attention" : "full_attention",
  );
  if (gatedDelta === null) return { layer_types };
  return {
    layer_types,
    linear_num_key_heads: gatedDelta.keyHeads,
    linear_num_value_heads: gatedDelta.valueHeads,
    linear_key_head_dim: gatedDelta.keyDim,
    linear_value_head_dim: gatedDelta.valueDim,
    linear_conv_kernel_dim: gatedDelta.convolution,
  };
}
