/** One tensor of a checkpoint and the parameters in it: joined, perhaps group by group, and turned. */
import { type Shape, sizeOf } from "../../engine/index.ts";
import type { DecoderConfig } from "../decoder/config.ts";
import { parameterSpecs } from "../decoder/parameters.ts";
import type { NamedTensor, TensorMapping } from "./family.ts";

export type Shapes = ReadonlyMap<string, Shape>;

export function shapesByName(config: DecoderConfig): Map<string, Shape> {
  return new Map(parameterSpecs(config).map(({ name, shape }) => [name, shape]));
}

/** As the checkpoint has it. */
export function tensorShape(mapping: TensorMapping, shapes: Shapes): Shape {
  const shape = joinedShape(mapping, shapes);
  return mapping.transposed ? [...shape].reverse() : shape;
}

export function packTensor(
  mapping: TensorMapping,
  shapes: Shapes,
  weights: ReadonlyMap<string, Float32Array>,
): NamedTensor {
  const { tensor: name, parameters, groups, transposed } = mapping;
  const data = joinRows(
    parameters.map((parameter) => weights.get(parameter)!),
    groups,
  );
  const shape = tensorShape(mapping, shapes);
  if (!transposed) return { name, shape, data };
  const [columns, rows] = shape as [number, number];
  return { name, shape, data: transpose(data, rows, columns) };
}

/** Adds the tensor's parameters to `weights`. */
export function unpackTensor(
  mapping: TensorMapping,
  shapes: Shapes,
  data: Float32Array,
  weights: Map<string, Float32Array>,
): void {
  const { parameters, groups, transposed } = mapping;
  const [rows, columns] = joinedShape(mapping, shapes) as [number, number];
  const joined = transposed ? transpose(data, columns, rows) : data;
  const sizes = parameters.map((name) => sizeOf(shapes.get(name)!));
  for (const [i, part] of cutRows(joined, sizes, groups).entries()) {
    weights.set(parameters[i]!, part);
  }
}

export function joinedShape(mapping: TensorMapping, shapes: Shapes): Shape {
  const parts = mapping.parameters.map((name) => shapes.get(name)!);
  const rows = parts.reduce((total, shape) => total + shape[0]!, 0);
  return [rows, ...parts[0]!.slice(1)];
}

/** The first of `groups` equal cuts of each part, then the second of each, and so on. */
export function joinRows(parts: readonly Float32Array[], groups: number): Float32Array {
  if (parts.length === 1) return parts[0]!;
  const joined = new Float32Array(parts.reduce((total, part) => total + part.length, 0));
  let offset = 0;
  for (let group = 0; group < groups; group++) {
    for (const part of parts) {
      const size = part.length / groups;
      joined.set(part.subarray(group * size, (group + 1) * size), offset);
      offset += size;
    }
  }
  return joined;
}

/** The inverse of {@link joinRows}. @param sizes elements of each part. */
export function cutRows(
  joined: Float32Array,
  sizes: readonly number[],
  groups: number,
): Float32Array[] {
  if (sizes.length === 1) return [joined];
  const parts = sizes.map((size) => new Float32Array(size));
  let offset = 0;
  for (let group = 0; group < groups; group++) {
    for (const part of parts) {
      const size = part.length / groups;
      part.set(joined.subarray(offset, offset + size), group * size);
      offset += size;
    }
  }
  return parts;
}

/** `[rows, columns]` to `[columns, rows]`. */
export function transpose(data: Float32Array, rows: number, columns: number): Float32Array {
  const turned = new Float32Array(data.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      turned[column * rows + row] = data[row * columns + column]!;
    }
  }
  return turned;
}
