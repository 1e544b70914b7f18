/**
 * JSON for readers that tell 30 from 30.0: `transformers` refuses a config.json in which a number
 * that is a float in Python has no fraction, and JavaScript prints none.
 *
 * Which numbers are floats depends on the file and on the place in it, never on the name alone: a
 * vocabulary may hold a token `factor`, and a label may be called `factor` too.
 */
import type { JsonValue } from "./strict-json.ts";

/** Whether the number at a place, the keys that lead to it, is a float in Python. */
export type FloatPlaces = (path: readonly string[]) => boolean;

const ofModels = new Set([
  "attention_dropout",
  "attention_multiplier",
  "attn_logit_softcapping",
  "attn_pdrop",
  "emb_pdrop",
  "embd_pdrop",
  "embedding_dropout",
  "embedding_fraction",
  "embedding_multiplier",
  "final_logit_softcapping",
  "hidden_dropout",
  "initializer_range",
  "layer_norm_eps",
  "layer_norm_epsilon",
  "logit_scale",
  "logits_scaling",
  "norm_epsilon",
  "partial_rotary_factor",
  "resid_pdrop",
  "residual_dropout",
  "residual_multiplier",
  "rms_norm_eps",
  "rope_local_base_freq",
  "rope_theta",
  "rotary_emb_base",
  "rotary_pct",
]);

/** In MPT's `attn_config`. */
const ofAttention = new Set(["clip_qkv", "softmax_scale"]);

/** In `rope_scaling` and `rope_parameters`. */
const ofRotations = new Set([
  "attention_factor",
  "beta_fast",
  "beta_slow",
  "factor",
  "high_freq_factor",
  "llama_4_scaling_beta",
  "long_factor",
  "low_freq_factor",
  "mscale",
  "mscale_all_dim",
  "partial_rotary_factor",
  "rope_theta",
  "short_factor",
]);

const ofGeneration = new Set([
  "diversity_penalty",
  "encoder_repetition_penalty",
  "epsilon_cutoff",
  "eta_cutoff",
  "guidance_scale",
  "length_penalty",
  "min_p",
  "penalty_alpha",
  "repetition_penalty",
  "temperature",
  "top_p",
  "typical_p",
]);

const ofAdapters = new Set(["lora_dropout"]);

const inModel: FloatPlaces = ([first = "", ...rest]) => {
  // The decoder's part of a model that sees pictures too.
  if (first === "text_config") return inModel(rest);
  if (first === "rope_scaling" || first === "rope_parameters") {
    // Some models have a table a kind of layer, and some values are lists.
    return rest.some((key) => ofRotations.has(key));
  }
  if (first === "attn_config") return rest.length === 1 && ofAttention.has(rest[0] ?? "");
  return rest.length === 0 && ofModels.has(first);
};

const atTop =
  (names: ReadonlySet<string>): FloatPlaces =>
  (path) =>
    path.length === 1 && names.has(path[0] ?? "");

/** The places of floats by file; files that are not named here have none that readers ask for. */
export const floatPlaces: Readonly<Record<string, FloatPlaces>> = {
  "config.json": inModel,
  "generation_config.json": atTop(ofGeneration),
  "adapter_config.json": atTop(ofAdapters),
};

/** Prints as `JSON.stringify(value, null, 2)` does, whole floats with a fraction. */
export function printWithFloats(value: JsonValue, isFloat: FloatPlaces): string {
  const print = (item: JsonValue, path: readonly string[]): string => {
    if (typeof item === "number" && isFloat(path)) return withFraction(JSON.stringify(item));
    if (typeof item !== "object" || item === null) return JSON.stringify(item);
    const isArray = Array.isArray(item);
    const parts = Object.entries(item).map(([key, part]) => {
      const text = print(part, [...path, key]);
      return isArray ? text : `${JSON.stringify(key)}: ${text}`;
    });
    const [open, close] = isArray ? "[]" : "{}";
    if (parts.length === 0) return `${open}${close}`;
    const indent = "  ".repeat(path.length);
    return `${open}\n${parts.map((part) => `${indent}  ${part}`).join(",\n")}\n${indent}${close}`;
  };
  return print(value, []);
}

function withFraction(number: string): string {
  return /^-?\d+$/.test(number) ? `${number}.0` : number;
}
