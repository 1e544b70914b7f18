/**
 * What GPT-2, StarCoder and GPT-J share: sizes by their short names, LayerNorm. The first two have learned
 * positions and biases in every layer, too.
 */
import { z } from "zod";
import { type DecoderConfig, layerBiases, plainDecoder } from "../decoder/config.ts";
import { plainRope } from "../decoder/rope-config.ts";
import { type ConfigJson, FamilyError } from "./family.ts";
import type { NameTable } from "./name-table.ts";
import { layerCount, size } from "./size.ts";

export const gpt2SizeKeys = {
  vocab_size: size,
  n_embd: size,
  n_layer: layerCount,
  n_head: size,
  n_inner: size.nullish(),
  layer_norm_epsilon: z.number().positive().default(1e-5),
};

export const gpt2LikeKeys = {
  ...gpt2SizeKeys,
  scale_attn_weights: z.boolean().default(true),
  tie_word_embeddings: z.boolean().default(true),
};

/** Of a head for another task. */
export const summaryKeys = [
  "summary_type",
  "summary_use_proj",
  "summary_activation",
  "summary_proj_to_labels",
];

const sizes = z.object({
  ...gpt2SizeKeys,
  n_positions: size,
  activation_function: z.string(),
  tie_word_embeddings: z.boolean(),
});
type Gpt2Sizes = z.output<typeof sizes>;
type Gpt2Like = Gpt2Sizes & { readonly scale_attn_weights: boolean };

/** A decoder of these sizes with LayerNorm and a plain network; the rest as `plainDecoder` has it. */
export function readGpt2Sizes(
  read: Gpt2Sizes,
): Omit<DecoderConfig, "positions" | "rope" | "biases"> {
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
    norm: "layerNorm",
    normEpsilon: read.layer_norm_epsilon,
    activation: read.activation_function === "gelu" ? "gelu" : "geluNew",
    gated: false,
    tieEmbeddings: read.tie_word_embeddings,
  };
}

/** @param tanhGelu what the family calls the approximation by tanh. */
export function writeGpt2Sizes(config: DecoderConfig, tanhGelu: string): ConfigJson {
  return {
    vocab_size: config.vocabularySize,
    n_positions: config.contextLength,
    n_embd: config.hiddenSize,
    n_layer: config.layers,
    n_head: config.heads,
    n_inner: config.intermediateSize,
    activation_function: config.activation === "gelu" ? "gelu" : tanhGelu,
    layer_norm_epsilon: config.normEpsilon,
    tie_word_embeddings: config.tieEmbeddings,
    attn_pdrop: 0,
    embd_pdrop: 0,
    resid_pdrop: 0,
    torch_dtype: "float32",
  };
}

/** @throws FamilyError where the heads do not divide the hidden size. */
export function readGpt2Like(modelType: string, read: Gpt2Like): DecoderConfig {
  if (read.n_embd % read.n_head !== 0) {
    throw new FamilyError(
      `config.json of a ${modelType} model: n_embd ${read.n_embd} is no multiple of n_head ${read.n_head}`,
    );
  }
  return {
    ...readGpt2Sizes(read),
    positions: "learned",
    rope: plainRope(10_000),
    attention: { ...plainDecoder.attention, scale: read.scale_attn_weights ? null : 1 },
    biases: layerBiases(true),
  };
}

export function writeGpt2Like(config: DecoderConfig, tanhGelu: string): ConfigJson {
  const scaled = config.attention.scale === null;
  return { ...writeGpt2Sizes(config, tanhGelu), scale_attn_weights: scaled };
}

/** @param fused queries, keys and values in one tensor: how they lie in it. */
export function gpt2Names(
  fused: NonNullable<NameTable["inner"][number][2]>,
  transposed: boolean,
): NameTable {
  const layout = transposed ? ([{ transposed: true }] as const) : ([] as const);
  return {
    outer: [
      ["transformer.wte", "embedding"],
      ["transformer.wpe", "positions"],
      ["transformer.ln_f", "finalNorm"],
      ["lm_head", "head"],
    ],
    layers: "transformer.h",
    inner: [
      ["ln_1", "attentionNorm"],
      ["attn.c_attn", ["attention.query", "attention.key", "attention.value"], fused],
      ["attn.c_proj", "attention.output", ...layout],
      ["ln_2", "feedForwardNorm"],
      ["mlp.c_fc", "feedForward.up", ...layout],
      ["mlp.c_proj", "feedForward.down", ...layout],
    ],
  };
}
