/** ERNIE 4.5, dense (Baidu 2025): Llama in which neighbouring channels turn together, biases by choice. */
import { z } from "zod";
import { layerBiases } from "../decoder/config.ts";
import type { Family } from "./family.ts";
import {
  llamaLikeKeys,
  llamaNames,
  llamaNetwork,
  llamaSwitches,
  readSizes,
  rotaryBuffers,
  writeSizes,
} from "./llama-like.ts";
import { tensorsByName } from "./name-table.ts";
import { parseConfig } from "./parse-config.ts";
import { size } from "./size.ts";

const schema = z.object({
  ...llamaLikeKeys,
  ...llamaNetwork,
  num_key_value_heads: size.nullable().default(2),
  head_dim: size.nullable().default(128),
  rms_norm_eps: z.number().positive().default(1e-5),
  use_bias: z.boolean().nullable().default(false),
  tie_word_embeddings: z.boolean().default(true),
});

export const ernie45: Family = {
  modelType: "ernie4_5",
  prefix: "model.",
  ignored: rotaryBuffers,

  readConfig(json) {
    const read = parseConfig("ernie4_5", schema, json);
    const sizes = readSizes(read, { theta: 500_000, share: null });
    return {
      ...llamaSwitches,
      ...sizes,
      rope: { ...sizes.rope, interleaved: true },
      normEpsilon: read.rms_norm_eps,
      biases: layerBiases(read.use_bias ?? false),
      tieEmbeddings: read.tie_word_embeddings,
    };
  },

  writeConfig: (config) => ({
    architectures: ["Ernie4_5ForCausalLM"],
    model_type: "ernie4_5",
    ...writeSizes(config),
    head_dim: config.headDim,
    hidden_act: "silu",
    rms_norm_eps: config.normEpsilon,
    use_bias: config.biases.feedForward,
    torch_dtype: "float32",
  }),

  tensors: (config) => tensorsByName(config, llamaNames),
};
