/** Ministral (Mistral AI 2024): Mistral whose layers with a sliding window are named one by one. */
import { z } from "zod";
import type { Family } from "./family.ts";
import { llamaLikeKeys, llamaNames, llamaNetwork, rotaryBuffers } from "./llama-like.ts";
import { mistral } from "./mistral.ts";
import { tensorsByName } from "./name-table.ts";
import { parseConfig } from "./parse-config.ts";
import { layerTypes, windowKeys } from "./window-json.ts";
import { readWindowedLlama } from "./windowed-llama.ts";

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
    return readWindowedLlama(parseConfig("ministral", schema, json));
  },

  writeConfig: (config) => ({
    ...mistral.writeConfig(config),
    architectures: ["MinistralForCausalLM"],
    model_type: "ministral",
    layer_types: layerTypes(config.attention.window, config.layers),
  }),

  tensors: (config) => tensorsByName(config, llamaNames),
};
