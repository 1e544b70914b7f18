/** Broadcasting as in NumPy and the sum over axes: each is the other's gradient. */
import {
  GraphError,
  type Operation,
  type Shape,
  sameShape,
  type TensorType,
  type Value,
} from "../graph/index.ts";
import { reduce, reduction } from "./reduction.ts";
import { reshape } from "./shapes.ts";

/** The shape that both broadcast to. @throws GraphError when there is none. */
export function broadcastShapes(
  what: string,
  a: { readonly shape: Shape },
  b: { readonly shape: Shape },
): number[] {
  const rank = Math.max(a.shape.length, b.shape.length);
  return Array.from({ length: rank }, (_, axis) => {
    const sizeA = a.shape[axis - rank + a.shape.length] ?? 1;
    const sizeB = b.shape[axis - rank + b.shape.length] ?? 1;
    if (sizeA !== sizeB && sizeA !== 1 && sizeB !== 1) {
      const shapes = `[${a.shape.join(", ")}] and [${b.shape.join(", ")}]`;
      throw new GraphError(`${what}: shapes ${shapes} do not broadcast`);
    }
    return Math.max(sizeA, sizeB);
  });
}

const broadcastOperation: Operation<{ readonly shape: Shape }> = {
  name: "broadcastTo",
  infer([input], { shape }) {
    const result = broadcastShapes("broadcastTo", input as TensorType, { shape });
    if (!sameShape(result, shape)) {
      throw new GraphError(`broadcastTo: [${input!.shape.join(", ")}] to [${shape.join(", ")}]`);
    }
    return [{ dtype: input!.dtype, shape }];
  },
  gradient: ({ inputs, outputGradients }) => [sumTo(outputGradients[0]!, inputs[0]!.shape)],
  flops: () => 0,
};

/** Repeats along the axes in which `shape` is larger. */
export function broadcastTo(value: Value, shape: Shape): Value {
  if (sameShape(value.shape, shape)) return value;
  return value.graph.add(broadcastOperation, [value], { shape })[0]!;
}

const sumOperation = reduction("sum", (input, _output, gradient) =>
  broadcastTo(gradient, input.shape),
);

/** Over the given axes (negative ones count from the end), or over all. */
export const sum = (value: Value, axes?: readonly number[], keepDims = false): Value =>
  reduce(sumOperation, value, axes, keepDims);

/** Sums over the axes along which `shape` was broadcast to the value's shape. */
export function sumTo(value: Value, shape: Shape): Value {
  if (sameShape(value.shape, shape)) return value;
  const extra = value.shape.length - shape.length;
  const axes = value.shape.flatMap((size, axis) =>
    axis < extra || (shape[axis - extra] === 1 && size !== 1) ? [axis] : [],
  );
  return reshape(sum(value, axes, true), shape);
}
