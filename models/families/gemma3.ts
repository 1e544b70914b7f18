/**
 * Gemma 3's text decoder, as `Gemma3ForCausalLM` keeps it: normalised queries and keys, five layers
 * with a window to one without, and rotary positions of its own for each kind.
 */
import { z } from "zod";
import type { RopeConfig, RopeScaling } from "../decoder/rope-config.ts";
import { type ConfigJson, type Family, FamilyError } from "./family.ts";
import { gemmaInert, gemmaKeys, gemmaNames, readGemma, writeGemma } from "./gemma.ts";
import { rotaryBuffers } from "./llama-like.ts";
import { tensorsByName } from "./name-table.ts";
import { parseConfig } from "./parse-config.ts";
import { readScaling, ropeObject, writeScaling } from "./rope-json.ts";

const schema = z.object({
  ...gemmaKeys,
  original_max_position_embeddings: z.null().optional(),
  // Gemma 2's; `transformers` builds them and does not use them.
  attn_logit_softcapping: z.null().optional(),
  sliding_window: gemmaKeys.sliding_window.default(4096),
  sliding_window_pattern: z.number().int().positive().default(6),
  rope_local_base_freq: z.number().positive().default(10_000),
});

const windowsSchema = z.object({ sliding_attention: ropeObject.nullish() });

export const gemma3: Family = {
  modelType: "gemma3_text",
  prefix: "model.",
  ignored: rotaryBuffers,

  readConfig(json) {
    const { flat, windows } = byKind(json);
    const read = parseConfig("gemma3_text", schema, flat, gemmaInert);
    const config = readGemma(read, (layer) => (layer + 1) % read.sliding_window_pattern !== 0, {
      theta: 1_000_000,
      share: null,
    });
    const { sliding_attention: local } = parseConfig("gemma3_text", windowsSchema, windows);
    const { max_position_embeddings: longest } = read;
    return {
      ...config,
      attention: { ...config.attention, queryKeyNorm: true },
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
function writeRopes({ theta, scaling, localTheta, localScaling }: RopeConfig) {
  if (localScaling === null) return { rope_local_base_freq: localTheta };
  const object = (of: RopeScaling | null) =>
    of === null ? { rope_type: "default" } : writeScaling(of);
  return {
    rope_theta: undefined,
    rope_scaling: undefined,
    rope_parameters: {
      full_attention: { ...object(scaling), rope_theta: theta },
      sliding_attention: { ...object(localScaling), rope_theta: localTheta },
    },
  };
}

/**
 * `rope_parameters` by the kind of layer, as keys of one kind each.
 * @throws FamilyError for one object for all layers, which `transformers` does not heed.
 */
function byKind(json: ConfigJson): { readonly flat: ConfigJson; readonly windows: ConfigJson } {
  const { rope_parameters: both, ...rest } = json;
  const { rope_scaling: scaling, ...others } = rest;
  if (isObject(scaling) && "type" in scaling && !("rope_type" in scaling)) {
    throw new FamilyError(
      "config.json of a gemma3_text model: rope_scaling says type, which transformers does not heed here: needs rope_type",
    );
  }
  if (!isObject(both)) return { flat: json, windows: {} };
  const kinds = Object.keys(both);
  if (kinds.some((kind) => kind !== "full_attention" && kind !== "sliding_attention")) {
    throw new FamilyError(
      `config.json of a gemma3_text model: rope_parameters has ${kinds.join(", ").slice(0, 80)}: needs full_attention and sliding_attention, each with its own`,
    );
  }
  const { full_attention: full, sliding_attention: windows } = both;
  // The old key is added to the new one's.
  const joined = isObject(scaling) && isObject(full) ? { ...full, ...scaling } : (full ?? scaling);
  return {
    flat: { ...others, rope_parameters: joined },
    windows: { sliding_attention: windows },
  };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
