/** Where the elements of one tensor lie in another. */
import { type Shape, sizeOf } from "../graph/index.ts";

/** Distance in memory between neighbours along each axis of a row-major tensor. */
export function stridesOf(shape: Shape): number[] {
  return shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
}

/** For every index of `shape` in order: the sum over the axes of index times stride. */
export function walk(shape: Shape, strides: readonly number[], start = 0): Int32Array {
  const offsets = new Int32Array(sizeOf(shape));
  const index = shape.map(() => 0);
  let offset = start;
  for (let i = 0; i < offsets.length; i++) {
    offsets[i] = offset;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      offset += strides[axis]!;
      index[axis]! += 1;
      if (index[axis]! < shape[axis]!) break;
      offset -= strides[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
  return offsets;
}

/** For every element of `target`: the element of a tensor of shape `source` that broadcasts to it. */
export function sourceOffsets(source: Shape, target: Shape): Int32Array {
  const extra = target.length - source.length;
  const own = stridesOf(source);
  const strides = target.map((_, axis) =>
    axis < extra || source[axis - extra] === 1 ? 0 : own[axis - extra]!,
  );
  return walk(target, strides);
}
