/** The normalisation that the config chooses. */
import { ops, type Value } from "../../engine/index.ts";
import type { DecoderConfig } from "./config.ts";
import type { Weights } from "./weights.ts";

/** `[..., hiddenSize]` to the same shape. */
export function normalise(config: DecoderConfig, weights: Weights, x: Value): Value {
  return config.norm === "layerNorm"
    ? ops.layerNorm(x, weights.get("weight"), weights.find("bias"), config.normEpsilon)
    : rmsNorm(config, weights, x);
}

/** Of queries and keys, head by head: `[..., headDim]` to the same shape. */
export function rmsNorm(config: DecoderConfig, weights: Weights, x: Value): Value {
  return ops.rmsNorm(x, weights.get("weight"), config.normEpsilon, {
    gainOffset: config.normOffset,
  });
}
