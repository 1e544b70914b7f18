/** Helium 1 (Kyutai 2025): Llama in which neighbouring channels turn together. */
import { z } from "zod";
import { layerBiases } from "../decoder/config.ts";
import { type Family, FamilyError } from "./family.ts";
import { llama } from "./llama.ts";
import {
  llamaLikeKeys,
  llamaNames,
  llamaNetwork,
  llamaSwitches,
  readSizes,
  rotaryBuffers,
} from "./llama-like.ts";
import { tensorsByName } from "./name-table.ts";
import { parseConfig } from "./parse-config.ts";
import { size } from "./size.ts";

const schema = z.object({
  ...llamaLikeKeys,
  ...llamaNetwork,
  num_key_value_heads: size.default(20),
  head_dim: size.default(128),
  rms_norm_eps: z.number().positive().default(1e-8),
  attention_bias: z.boolean().default(false),
  mlp_bias: z.boolean().default(false),
  tie_word_embeddings: z.boolean().default(false),
});

export const helium: Family = {
  modelType: "helium",
  prefix: "model.",
  ignored: rotaryBuffers,

  readConfig(json) {
    const read = parseConfig("helium", schema, json);
    const sizes = readSizes(read, { theta: 100_000, share: null });
    if (sizes.heads * sizes.headDim !== sizes.hiddenSize) {
      throw new FamilyError(
        `config.json of a helium model: ${sizes.heads} heads of ${sizes.headDim} are not hidden_size ${sizes.hiddenSize}, which transformers needs here`,
      );
    }
    return {
      ...llamaSwitches,
      ...sizes,
      rope: { ...sizes.rope, interleaved: true },
      normEpsilon: read.rms_norm_eps,
      biases: {
        ...layerBiases(false),
        queryKeyValue: read.attention_bias,
        feedForward: read.mlp_bias,
      },
      tieEmbeddings: read.tie_word_embeddings,
    };
  },

  writeConfig: (config) => ({
    ...llama.writeConfig(config),
    architectures: ["HeliumForCausalLM"],
    model_type: "helium",
  }),

  tensors: (config) => tensorsByName(config, llamaNames),
};
