/**
 * Gemma 3's text decoder, as `Gemma3ForCausalLM` keeps it: normalised queries and keys, five layers
 * with a window to one without, and rotary positions of its own for each kind.
 */
import { z } from "zod";
import type { RopeConfig } from "../decoder/rope-config.ts";
import type { Family } from "./family.ts";
import { gemmaInert, gemmaKeys, gemmaNames, readGemma, writeGemma } from "./gemma.ts";
import { rotaryBuffers } from "./llama-like.ts";
import { tensorsByName } from "./name-table.ts";
import { parseConfig } from "./parse-config.ts";
import { flatRope, ropeByKind, windowRopeKeys } from "./rope-by-kind.ts";
import { readScaling } from "./rope-json.ts";

const schema = z.object({
  ...gemmaKeys,
  original_max_position_embeddings: z.null().optional(),
  // Gemma 2's; `transformers` builds them and does not use them.
  attn_logit_softcapping: z.null().optional(),
  sliding_window: gemmaKeys.sliding_window.default(4096),
  sliding_window_pattern: z.number().int().positive().default(6),
  rope_local_base_freq: z.number().positive().default(10_000),
});

const windowsSchema = z.object(windowRopeKeys);

export const gemma3: Family = {
  modelType: "gemma3_text",
  prefix: "model.",
  ignored: rotaryBuffers,

  readConfig(json) {
    const { flat, windows } = flatRope("gemma3_text", json);
    const read = parseConfig("gemma3_text", schema, flat, gemmaInert);
    const config = readGemma(read, (layer) => (layer + 1) % read.sliding_window_pattern !== 0, {
      theta: 1_000_000,
      share: null,
    });
    const { sliding_attention: local } = parseConfig("gemma3_text", windowsSchema, windows);
    const { max_position_embeddings: longest } = read;
    return {
      ...config,
      attention: { ...config.attention, queryKeyNorm: "head" },
      rope: {
        ...config.rope,
        localTheta: local?.rope_theta ?? read.rope_local_base_freq,
        localScaling: local ? readScaling(local, longest, undefined) : null,
      },
    };
  },

  writeConfig: (config) => ({
    architectures: ["Gemma3ForCausalLM"],
    model_type: "gemma3_text",
    ...writeGemma(config),
    ...writeRopes(config.rope),
  }),

  tensors: (config) => tensorsByName(config, gemmaNames),
};

/** By the kind of layer where the layers with a window are scaled, too: the old keys cannot say that. */
function writeRopes(rope: RopeConfig) {
  return rope.localScaling === null ? { rope_local_base_freq: rope.localTheta } : ropeByKind(rope);
}
