/** The same elements in another shape or order. */
import {
  GraphError,
  type Operation,
  type Shape,
  sameShape,
  sizeOf,
  type Value,
} from "../graph/index.ts";

/** Axes as non-negative numbers in rising order. @throws GraphError for one out of range or twice. */
export function normaliseAxes(what: string, axes: readonly number[], rank: number): number[] {
  const normal = axes.map((axis) => (axis < 0 ? axis + rank : axis)).sort((a, b) => a - b);
  const wrong = normal.some(
    (axis, i) => !Number.isInteger(axis) || axis < 0 || axis >= rank || axis === normal[i - 1],
  );
  if (wrong) throw new GraphError(`${what}: axes [${axes.join(", ")}] of a tensor of rank ${rank}`);
  return normal;
}

const reshapeOperation: Operation<{ readonly shape: Shape }> = {
  name: "reshape",
  infer([input], { shape }) {
    if (sizeOf(shape) !== sizeOf(input!.shape)) {
      throw new GraphError(`reshape: [${input!.shape.join(", ")}] to [${shape.join(", ")}]`);
    }
    return [{ dtype: input!.dtype, shape }];
  },
  gradient: ({ inputs, outputGradients }) => [reshape(outputGradients[0]!, inputs[0]!.shape)],
  flops: () => 0,
};

export function reshape(value: Value, shape: Shape): Value {
  if (sameShape(value.shape, shape)) return value;
  return value.graph.add(reshapeOperation, [value], { shape })[0]!;
}

const transposeOperation: Operation<{ readonly order: readonly number[] }> = {
  name: "transpose",
  infer([input], { order }) {
    normaliseAxes("transpose", order, input!.shape.length);
    if (order.length !== input!.shape.length) {
      throw new GraphError(`transpose: order [${order.join(", ")}] of rank ${input!.shape.length}`);
    }
    return [{ dtype: input!.dtype, shape: order.map((axis) => input!.shape[axis]!) }];
  },
  gradient({ attributes, outputGradients }) {
    const inverse = attributes.order.map((_, axis) => attributes.order.indexOf(axis));
    return [transpose(outputGradients[0]!, inverse)];
  },
  flops: () => 0,
};

/** Axis `i` of the result is axis `order[i]` of the value. */
export function transpose(value: Value, order: readonly number[]): Value {
  const unchanged = order.length === value.shape.length && order.every((axis, i) => axis === i);
  if (unchanged) return value;
  return value.graph.add(transposeOperation, [value], { order })[0]!;
}

const concatOperation: Operation<{ readonly axis: number }> = {
  name: "concat",
  infer(inputs, { axis }) {
    const first = inputs[0]!;
    for (const input of inputs) {
      const fits =
        input.dtype === first.dtype &&
        input.shape.length === first.shape.length &&
        input.shape.every((size, i) => i === axis || size === first.shape[i]);
      if (!fits) {
        const shapes = inputs.map((each) => `[${each.shape.join(", ")}]`).join(" ");
        throw new GraphError(`concat along ${axis}: ${shapes}`);
      }
    }
    const total = inputs.reduce((size, input) => size + input.shape[axis]!, 0);
    return [
      { dtype: first.dtype, shape: first.shape.map((size, i) => (i === axis ? total : size)) },
    ];
  },
  gradient({ inputs, attributes, outputGradients, needed }) {
    let start = 0;
    return inputs.map((input, i) => {
      const from = start;
      start += input.shape[attributes.axis]!;
      return needed[i] ? slice(outputGradients[0]!, attributes.axis, from, start) : null;
    });
  },
  flops: () => 0,
};

export function concat(values: readonly Value[], axis: number): Value {
  const first = values[0];
  if (first === undefined) throw new GraphError("concat: no operands");
  if (values.length === 1) return first;
  const [normal] = normaliseAxes("concat", [axis], first.shape.length);
  return first.graph.add(concatOperation, values, { axis: normal! })[0]!;
}

type SliceAttributes = { readonly axis: number; readonly start: number; readonly end: number };

const sliceOperation: Operation<SliceAttributes> = {
  name: "slice",
  infer([input], { axis, start, end }) {
    const size = input!.shape[axis]!;
    if (!(start >= 0 && start < end && end <= size)) {
      throw new GraphError(`slice ${start} to ${end} of axis ${axis} with ${size} elements`);
    }
    return [
      { dtype: input!.dtype, shape: input!.shape.map((n, i) => (i === axis ? end - start : n)) },
    ];
  },
  gradient({ inputs, attributes, outputGradients }) {
    const { axis, start, end } = attributes;
    return [pad(outputGradients[0]!, axis, start, inputs[0]!.shape[axis]! - end)];
  },
  flops: () => 0,
};

/** Elements `start` (included) to `end` (not included) along an axis. */
export function slice(value: Value, axis: number, start: number, end: number): Value {
  const normal = normaliseAxes("slice", [axis], value.shape.length)[0]!;
  if (start === 0 && end === value.shape[normal]) return value;
  return value.graph.add(sliceOperation, [value], { axis: normal, start, end })[0]!;
}

type PadAttributes = { readonly axis: number; readonly before: number; readonly after: number };

const padOperation: Operation<PadAttributes> = {
  name: "pad",
  infer([input], { axis, before, after }) {
    if (input!.dtype !== "float32") throw new GraphError(`pad: needs float32, got ${input!.dtype}`);
    return [
      {
        dtype: input!.dtype,
        shape: input!.shape.map((size, i) => (i === axis ? size + before + after : size)),
      },
    ];
  },
  gradient({ inputs, attributes, outputGradients }) {
    const { axis, before } = attributes;
    return [slice(outputGradients[0]!, axis, before, before + inputs[0]!.shape[axis]!)];
  },
  flops: () => 0,
};

/** Zeros before and after along an axis. */
export function pad(value: Value, axis: number, before: number, after: number): Value {
  if (before === 0 && after === 0) return value;
  const normal = normaliseAxes("pad", [axis], value.shape.length)[0]!;
  return value.graph.add(padOperation, [value], { axis: normal, before, after })[0]!;
}
