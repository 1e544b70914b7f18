/** The position-wise network: up, activation (gated or not), down. */
import { ops, type Value } from "../../engine/index.ts";
import type { DecoderConfig } from "./config.ts";
import { linear } from "./linear.ts";
import type { Weights } from "./weights.ts";

const relu = (x: Value): Value => ops.maximum(x, 0);

const activations = {
  gelu: ops.gelu,
  geluNew: ops.geluNew,
  silu: ops.silu,
  relu,
  relu2: (x: Value): Value => ops.square(relu(x)),
};

/** `[batch, sequence, hiddenSize]` to the same shape. Gated: SwiGLU and kin (Shazeer 2020, arXiv 2002.05202). */
export function feedForward(config: DecoderConfig, weights: Weights, x: Value): Value {
  const activate = activations[config.activation];
  const up = linear(weights, "up", x);
  const inner = config.gated
    ? ops.multiply(activate(linear(weights, "gate", x)), up)
    : activate(up);
  return linear(weights, "down", inner);
}
