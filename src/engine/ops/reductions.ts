/** Sums, maxima and means over axes. */
import { GraphError, type Operation, type Value } from "../graph/index.ts";
import { divide, multiply } from "./arithmetic.ts";
import { broadcastTo } from "./broadcast.ts";
import { cast, equal } from "./logic.ts";
import { normaliseAxes, reshape } from "./shapes.ts";

type ReductionAttributes = { readonly axes: readonly number[]; readonly keepDims: boolean };

function reducedShape(
  shape: readonly number[],
  axes: readonly number[],
  keepDims: boolean,
): number[] {
  return shape.flatMap((size, axis) => (axes.includes(axis) ? (keepDims ? [1] : []) : [size]));
}

function reduction(
  name: string,
  rule: (input: Value, output: Value, gradient: Value) => Value,
): Operation<ReductionAttributes> {
  return {
    name,
    infer([input], { axes, keepDims }) {
      if (input!.dtype === "bool") throw new GraphError(`${name}: needs numbers, got bool`);
      return [{ dtype: input!.dtype, shape: reducedShape(input!.shape, axes, keepDims) }];
    },
    gradient({ inputs, outputs, attributes, outputGradients }) {
      const kept = reducedShape(inputs[0]!.shape, attributes.axes, true);
      return [rule(inputs[0]!, reshape(outputs[0]!, kept), reshape(outputGradients[0]!, kept))];
    },
    flops: ([input]) => input!.shape.reduce((product, size) => product * size, 1),
  };
}

const sumOperation = reduction("sum", (input, _output, gradient) =>
  broadcastTo(gradient, input.shape),
);

/** Where several elements are the largest, they share the gradient. */
const maxOperation = reduction("max", (input, output, gradient) => {
  const mask = cast(equal(input, output), "float32");
  const axes = input.shape.flatMap((size, axis) => (output.shape[axis] === size ? [] : [axis]));
  return multiply(mask, divide(gradient, sum(mask, axes, true)));
});

function reduce(
  operation: Operation<ReductionAttributes>,
  value: Value,
  axes: readonly number[] | undefined,
  keepDims: boolean,
): Value {
  const all = axes ?? value.shape.map((_, axis) => axis);
  const attributes = { axes: normaliseAxes(operation.name, all, value.shape.length), keepDims };
  if (attributes.axes.length === 0) return value;
  return value.graph.add(operation, [value], attributes)[0]!;
}

/** Over the given axes (negative ones count from the end), or over all. */
export const sum = (value: Value, axes?: readonly number[], keepDims = false): Value =>
  reduce(sumOperation, value, axes, keepDims);

export const max = (value: Value, axes?: readonly number[], keepDims = false): Value =>
  reduce(maxOperation, value, axes, keepDims);

export function mean(value: Value, axes?: readonly number[], keepDims = false): Value {
  const total = sum(value, axes, keepDims);
  const count =
    value.shape.reduce((n, size) => n * size, 1) / total.shape.reduce((n, size) => n * size, 1);
  return multiply(total, 1 / count);
}
