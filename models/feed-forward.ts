/** The position-wise network: up, activation (gated or not), down. */
import { ops, type Value } from "../src/engine/index.ts";
import type { DecoderConfig } from "./config.ts";
import type { Weights } from "./weights.ts";

const activations = { gelu: ops.gelu, geluNew: ops.geluNew, silu: ops.silu };

/** `[batch, time, width]` to the same shape. Gated: SwiGLU and kin (Shazeer 2020, arXiv 2002.05202). */
export function feedForward(config: DecoderConfig, weights: Weights, x: Value): Value {
  const project = (name: string, input: Value) =>
    ops.linear(input, weights.get(`${name}.weight`), weights.find(`${name}.bias`));
  const activate = activations[config.activation];
  const up = project("up", x);
  const inner = config.gated ? ops.multiply(activate(project("gate", x)), up) : activate(up);
  return project("down", inner);
}
