/** What sums and maxima over axes have in common. */
import { GraphError, type Operation, type Shape, sizeOf, type Value } from "../graph/index.ts";
import { normaliseAxes, reshape } from "./shapes.ts";

export type ReductionAttributes = { readonly axes: readonly number[]; readonly keepDims: boolean };

function reducedShape(shape: Shape, axes: readonly number[], keepDims: boolean): number[] {
  return shape.flatMap((size, axis) => (axes.includes(axis) ? (keepDims ? [1] : []) : [size]));
}

/** `derivative` gets the output and its gradient with the reduced axes kept as ones. */
export function reduction(
  name: string,
  derivative: (input: Value, output: Value, gradient: Value) => Value,
): Operation<ReductionAttributes> {
  return {
    name,
    infer([input], { axes, keepDims }) {
      if (input!.dtype === "bool") throw new GraphError(`${name}: needs numbers, got bool`);
      return [{ dtype: input!.dtype, shape: reducedShape(input!.shape, axes, keepDims) }];
    },
    gradient({ inputs, outputs, attributes, outputGradients }) {
      const kept = reducedShape(inputs[0]!.shape, attributes.axes, true);
      const output = reshape(outputs[0]!, kept);
      return [derivative(inputs[0]!, output, reshape(outputGradients[0]!, kept))];
    },
    flops: ([input]) => sizeOf(input!.shape),
  };
}

/** Adds a reduction over the given axes (negative ones count from the end), or over all. */
export function reduce(
  operation: Operation<ReductionAttributes>,
  value: Value,
  axes: readonly number[] | undefined,
  keepDims: boolean,
): Value {
  const all = axes ?? value.shape.map((_, axis) => axis);
  const normal = normaliseAxes(operation.name, all, value.shape.length);
  if (normal.length === 0) return value;
  return value.graph.add(operation, [value], { axes: normal, keepDims })[0]!;
}
