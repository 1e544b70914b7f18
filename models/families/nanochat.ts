/**
 * nanochat (Karpathy 2025): norms without gains, one of them before the first layer, queries and keys
 * normalised after they are turned, the other way round than Llama's, a network of squared ReLU, and a soft
 * cap of the logits.
 */
import { z } from "zod";
import { layerBiases, plainDecoder } from "../decoder/config.ts";
import type { Family } from "./family.ts";
import { llamaLikeKeys, outerNames, readSizes, rotaryBuffers, writeSizes } from "./llama-like.ts";
import { type NameTable, tensorsByName } from "./name-table.ts";
import { parseConfig } from "./parse-config.ts";

const schema = z.object({
  ...llamaLikeKeys,
  hidden_act: z.literal("relu2").default("relu2"),
  rms_norm_eps: z.number().positive().default(1e-6),
  final_logit_softcapping: z.number().positive().nullable().default(15),
  attention_bias: z.boolean().default(false),
  tie_word_embeddings: z.boolean().default(false),
});

const names: NameTable = {
  outer: outerNames,
  layers: "model.layers",
  inner: [
    ["self_attn.q_proj", "attention.query"],
    ["self_attn.k_proj", "attention.key"],
    ["self_attn.v_proj", "attention.value"],
    ["self_attn.o_proj", "attention.output"],
    ["mlp.fc1", "feedForward.up"],
    ["mlp.fc2", "feedForward.down"],
  ],
};

export const nanochat: Family = {
  modelType: "nanochat",
  prefix: "model.",
  ignored: rotaryBuffers,

  readConfig(json) {
    const read = parseConfig("nanochat", schema, json);
    const sizes = readSizes(read);
    const bias = read.attention_bias;
    return {
      ...plainDecoder,
      ...sizes,
      rope: { ...sizes.rope, backwards: true },
      norm: "rmsNorm",
      normEpsilon: read.rms_norm_eps,
      normGain: false,
      embeddingNorm: true,
      attention: { ...plainDecoder.attention, queryKeyNorm: "headAfterRotation" },
      activation: "relu2",
      gated: false,
      biases: { ...layerBiases(false), queryKeyValue: bias, attentionOutput: bias },
      tieEmbeddings: read.tie_word_embeddings,
      logitSoftcap: read.final_logit_softcapping,
    };
  },

  writeConfig: (config) => ({
    architectures: ["NanoChatForCausalLM"],
    model_type: "nanochat",
    ...writeSizes(config),
    head_dim: config.headDim,
    hidden_act: "relu2",
    rms_norm_eps: config.normEpsilon,
    final_logit_softcapping: config.logitSoftcap,
    attention_bias: config.biases.queryKeyValue,
    torch_dtype: "float32",
  }),

  tensors: (config) => tensorsByName(config, names),
};
