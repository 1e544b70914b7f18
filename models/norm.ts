/** The normalisation that the config chooses. */
import { ops, type Value } from "../src/engine/index.ts";
import type { DecoderConfig } from "./config.ts";
import type { Weights } from "./weights.ts";

/** `[..., width]` to the same shape. */
export function normalise(config: DecoderConfig, weights: Weights, x: Value): Value {
  const gain = weights.get("weight");
  return config.norm === "layerNorm"
    ? ops.layerNorm(x, gain, weights.find("bias"), config.normEpsilon)
    : ops.rmsNorm(x, gain, config.normEpsilon);
}
