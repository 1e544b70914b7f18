/** The normalisation that the config chooses. */
import { ops, type Value } from "../../engine/index.ts";
import type { DecoderConfig } from "./config.ts";
import type { Weights } from "./weights.ts";

/** `[..., hiddenSize]` to the same shape. */
export function normalise(config: DecoderConfig, weights: Weights, x: Value): Value {
  return config.norm === "layerNorm"
    ? ops.layerNorm(x, gainOf(config, weights, x), weights.find("bias"), config.normEpsilon)
    : rmsNorm(config, weights, x);
}

/** Over the last axis, as of queries and keys: `[..., channels]` to the same shape. */
export function rmsNorm(config: DecoderConfig, weights: Weights, x: Value): Value {
  return ops.rmsNorm(x, gainOf(config, weights, x), config.normEpsilon, {
    gainOffset: config.normOffset,
  });
}

/** Ones where the config has no gains. */
function gainOf({ normGain }: DecoderConfig, weights: Weights, x: Value): Value {
  if (normGain) return weights.get("weight");
  const channels = x.shape.at(-1)!;
  return x.graph.constant(new Float32Array(channels).fill(1), [channels], "float32");
}
