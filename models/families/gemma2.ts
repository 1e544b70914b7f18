/** Gemma 2, as `Gemma2ForCausalLM` keeps it: every other layer has a window, from the first on. */
import { z } from "zod";
import type { Family } from "./family.ts";
import { gemmaInert, gemmaKeys, gemmaNames, readGemma, writeGemma } from "./gemma.ts";
import { rotaryBuffers } from "./llama-like.ts";
import { tensorsByName } from "./name-table.ts";
import { parseConfig } from "./parse-config.ts";

const schema = z.object({
  ...gemmaKeys,
  sliding_window: gemmaKeys.sliding_window.default(4096),
  attn_logit_softcapping: gemmaKeys.attn_logit_softcapping.default(50),
  final_logit_softcapping: gemmaKeys.final_logit_softcapping.default(30),
});

export const gemma2: Family = {
  modelType: "gemma2",
  prefix: "model.",
  ignored: rotaryBuffers,

  readConfig(json) {
    const read = parseConfig("gemma2", schema, json, gemmaInert);
    return readGemma(read, (layer) => layer % 2 === 0);
  },

  writeConfig: (config) => ({
    architectures: ["Gemma2ForCausalLM"],
    model_type: "gemma2",
    ...writeGemma(config),
  }),

  tensors: (config) => tensorsByName(config, gemmaNames),
};
