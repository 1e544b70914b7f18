/** Ministral (Mistral AI 2024): Mistral whose layers with a sliding window are named one by one. */
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
import { layerTypes, readWindow, windowKeys } from "./window-json.ts";

const schema = z.object({
  ...llamaLikeKeys,
  ...llamaNetwork,
  ...windowKeys,
  num_key_value_heads: llamaLikeKeys.num_key_value_heads.default(8),
  sliding_window: windowKeys.sliding_window.default(4096),
  tie_word_embeddings: z.boolean().default(false),
});

export const ministral: Family = {
  modelType: "ministral",
  prefix: "model.",
  ignored: rotaryBuffers,

  readConfig(json) {
    const read = parseConfig("ministral", schema, json);
    const window = readWindow(read, read.num_hidden_layers, () => true);
    return {
      ...llamaSwitches,
      ...readSizes(read),
      normEpsilon: read.rms_norm_eps,
      attention: { ...llamaSwitches.attention, window },
      biases: layerBiases(false),
      tieEmbeddings: read.tie_word_embeddings,
    };
  },

  writeConfig: (config) => ({
    architectures: ["MinistralForCausalLM"],
    model_type: "ministral",
    ...writeSizes(config),
    head_dim: config.headDim,
    sliding_window: config.attention.window?.size ?? null,
    layer_types: layerTypes(config.attention.window, config.layers),
    hidden_act: "silu",
    rms_norm_eps: config.normEpsilon,
    torch_dtype: "float32",
  }),

  tensors: (config) => tensorsByName(config, llamaNames),
};
