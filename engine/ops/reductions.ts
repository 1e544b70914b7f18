/** Maxima and means over axes; the sum stands beside its inverse in `broadcast.ts`. */
import { sizeOf, type Value } from "../graph/index.ts";
import { divide, multiply } from "./arithmetic.ts";
import { sum } from "./broadcast.ts";
import { cast, equal } from "./logic.ts";
import { reduce, reduction } from "./reduction.ts";

/** Where several elements are the largest, they share the gradient. */
const maxOperation = reduction("max", (input, output, gradient) => {
  const mask = cast(equal(input, output), "float32");
  const axes = input.shape.flatMap((size, axis) => (output.shape[axis] === size ? [] : [axis]));
  return multiply(mask, divide(gradient, sum(mask, axes, true)));
});

export const max = (value: Value, axes?: readonly number[], keepDims = false): Value =>
  reduce(maxOperation, value, axes, keepDims);

export function mean(value: Value, axes?: readonly number[], keepDims = false): Value {
  const total = sum(value, axes, keepDims);
  return multiply(total, sizeOf(total.shape) / sizeOf(value.shape));
}
