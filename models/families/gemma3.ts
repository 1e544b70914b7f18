/**
 * Gemma 3's text decoder, as `Gemma3ForCausalLM` keeps it: normalised queries and keys, five layers
 * with a window to one without, and a base of rotary positions for each kind.
 */
import { z } from "zod";
import type { ConfigJson, Family } from "./family.ts";
import { gemmaKeys, gemmaNames, readGemma, writeGemma } from "./gemma.ts";
import { rotaryBuffers } from "./llama-like.ts";
import { tensorsByName } from "./name-table.ts";
import { parseConfig } from "./parse-config.ts";

const schema = z.object({
  ...gemmaKeys,
  sliding_window: gemmaKeys.sliding_window.default(4096),
  sliding_window_pattern: z.number().int().positive().default(6),
  rope_local_base_freq: z.number().positive().default(10_000),
});

export const gemma3: Family = {
  modelType: "gemma3_text",
  prefix: "model.",
  ignored: rotaryBuffers,

  readConfig(json) {
    const read = parseConfig("gemma3_text", schema, oneRope(json));
    const config = readGemma(
      read,
      { theta: 1_000_000, share: 1 },
      (layer) => (layer + 1) % read.sliding_window_pattern !== 0,
    );
    return {
      ...config,
      attention: { ...config.attention, queryKeyNorm: true },
      rope: { ...config.rope, localTheta: read.rope_local_base_freq },
    };
  },

  writeConfig: (config) => ({
    architectures: ["Gemma3ForCausalLM"],
    model_type: "gemma3_text",
    ...writeGemma(config),
    rope_local_base_freq: config.rope.localTheta,
  }),

  tensors: (config) => tensorsByName(config, gemmaNames),
};

/** `rope_parameters` by the kind of layer, as the keys that it replaced. */
function oneRope(json: ConfigJson): ConfigJson {
  const both = json.rope_parameters as
    | { readonly full_attention?: unknown; readonly sliding_attention?: { rope_theta?: unknown } }
    | null
    | undefined;
  if (both?.full_attention === undefined) return json;
  return {
    ...json,
    rope_parameters: both.full_attention,
    rope_local_base_freq: both.sliding_attention?.rope_theta,
  };
}
