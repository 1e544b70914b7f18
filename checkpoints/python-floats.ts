/**
 * JSON for readers that tell 30 from 30.0: `transformers` refuses a config.json in which a number
 * that is a float in Python has no fraction, and JavaScript prints none.
 */

/** Keys of the Hugging Face configs whose values are floats. */
const floatKeys = [
  "attention_dropout",
  "attention_factor",
  "attn_logit_softcapping",
  "attn_pdrop",
  "embd_pdrop",
  "factor",
  "final_logit_softcapping",
  "hidden_dropout",
  "high_freq_factor",
  "initializer_range",
  "layer_norm_eps",
  "layer_norm_epsilon",
  "lora_dropout",
  "low_freq_factor",
  "partial_rotary_factor",
  "resid_pdrop",
  "rms_norm_eps",
  "rope_local_base_freq",
  "rope_theta",
];

const wholeFloats = new RegExp(`^(\\s*"(?:${floatKeys.join("|")})": -?\\d+)(,?)$`, "gm");

/** @param text JSON printed with one property a line. */
export function withPythonFloats(text: string): string {
  return text.replace(wholeFloats, "$1.0$2");
}
