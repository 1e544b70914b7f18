/** A linear layer of the decoder, by name. */
import { ops, type Value } from "../src/engine/index.ts";
import type { Weights } from "./weights.ts";

/** `[..., inputs]` to `[..., outputs]` by `<name>.weight` and, where the decoder has one, `<name>.bias`. */
export function linear(weights: Weights, name: string, x: Value): Value {
  return ops.linear(x, weights.get(`${name}.weight`), weights.find(`${name}.bias`));
}
