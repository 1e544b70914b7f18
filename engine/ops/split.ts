/** Equal parts of a tensor, whose gradients are joined again in one pass instead of being padded and added. */
import { allocate, GraphError, type Operation, type Value } from "../graph/index.ts";
import { concat, normaliseAxes, slice } from "./shapes.ts";

type SplitAttributes = { readonly axis: number; readonly parts: number };

const splitOperation: Operation<SplitAttributes> = {
  name: "split",
  infer([input], { axis, parts }) {
    const size = input!.shape[axis]!;
    if (!Number.isSafeInteger(parts) || parts < 1 || size % parts !== 0) {
      throw new GraphError(`split: axis ${axis} of ${size} elements into ${parts} parts`);
    }
    const shape = input!.shape.map((each, i) => (i === axis ? size / parts : each));
    return Array.from({ length: parts }, () => ({ dtype: input!.dtype, shape }));
  },
  expand([input], { axis, parts }) {
    const size = input!.shape[axis]! / parts;
    return Array.from({ length: parts }, (_, i) => slice(input!, axis, i * size, (i + 1) * size));
  },
  gradient({ outputs, attributes, outputGradients }) {
    const gradients = outputGradients.map((gradient, i) => {
      const { graph, type } = outputs[i]!;
      return gradient ?? graph.constant(allocate(type), type.shape, type.dtype);
    });
    return [concat(gradients, attributes.axis)];
  },
};

/** Parts of equal size along an axis, in order. @throws GraphError when the axis does not divide so. */
export function split(value: Value, axis: number, parts: number): readonly Value[] {
  const [normal] = normaliseAxes("split", [axis], value.shape.length);
  if (parts === 1) return [value];
  return value.graph.add(splitOperation, [value], { axis: normal!, parts });
}
