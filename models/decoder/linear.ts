/** A linear layer of the decoder, by name, with what active adapters add to it. */
import { ops, type Value } from "../../engine/index.ts";
import { project } from "./weight-matrix.ts";
import type { Weights } from "./weights.ts";

/** `[..., inputs]` to `[..., outputs]` by `<name>.weight` and, where the decoder has one, `<name>.bias`. */
export function linear(weights: Weights, name: string, x: Value): Value {
  const weight = weights.matrix(`${name}.weight`);
  const plain = project(x, weight, weights.find(`${name}.bias`));
  return weights
    .additionsTo(name)
    .reduce((sum, addition) => ops.add(sum, addition.toLinear(x, weight)), plain);
}
