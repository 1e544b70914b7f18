/** Parameters to a checkpoint's tensors and back, by a family's mapping. */
import { type Shape, sizeOf } from "../../src/engine/index.ts";
import type { DecoderConfig } from "../config.ts";
import { parameterSpecs } from "../parameters.ts";
import { type Family, FamilyError, type NamedTensor, type TensorMapping } from "./family.ts";

/** The tensors of a checkpoint, made one at a time. */
export function* toTensors(
  family: Family,
  config: DecoderConfig,
  weights: ReadonlyMap<string, Float32Array>,
): Generator<NamedTensor> {
  const shapes = shapesByName(config);
  for (const mapping of family.tensors(config)) {
    const parts = mapping.parameters.map((name) => weights.get(name)!);
    const data = parts.length === 1 ? parts[0]! : concatenate(parts);
    const shape = stackedShape(mapping, shapes);
    if (!mapping.transposed) {
      yield { name: mapping.tensor, shape, data };
    } else {
      const [rows, columns] = shape as [number, number];
      yield { name: mapping.tensor, shape: [columns, rows], data: transpose(data, rows, columns) };
    }
  }
}

export interface TensorSource {
  readonly names: readonly string[];
  shape(name: string): Shape;
  read(name: string): Float32Array;
}

/**
 * The parameters that a checkpoint holds.
 * @throws FamilyError naming a tensor that is missing or has another shape.
 */
export function fromTensors(
  family: Family,
  config: DecoderConfig,
  source: TensorSource,
): Map<string, Float32Array> {
  const shapes = shapesByName(config);
  const names = new Set(source.names);
  const weights = new Map<string, Float32Array>();
  for (const mapping of family.tensors(config)) {
    const stacked = stackedShape(mapping, shapes);
    const expected = mapping.transposed ? [...stacked].reverse() : stacked;
    if (!names.has(mapping.tensor)) {
      throw new FamilyError(
        `tensor "${mapping.tensor}" [${expected.join(", ")}] is missing: the file is no ${family.modelType} model of this config.json`,
      );
    }
    const found = source.shape(mapping.tensor);
    if (found.join() !== expected.join()) {
      throw new FamilyError(
        `tensor "${mapping.tensor}" is [${found.join(", ")}], but config.json makes it [${expected.join(", ")}]`,
      );
    }
    const data = source.read(mapping.tensor);
    const [rows, columns] = stacked as [number, number];
    unstack(mapping, shapes, mapping.transposed ? transpose(data, columns, rows) : data, weights);
  }
  return weights;
}

function unstack(
  mapping: TensorMapping,
  shapes: ReadonlyMap<string, Shape>,
  data: Float32Array,
  weights: Map<string, Float32Array>,
): void {
  let offset = 0;
  for (const name of mapping.parameters) {
    const size = sizeOf(shapes.get(name)!);
    weights.set(name, data.subarray(offset, offset + size));
    offset += size;
  }
}

function shapesByName(config: DecoderConfig): Map<string, Shape> {
  return new Map(parameterSpecs(config).map(({ name, shape }) => [name, shape]));
}

function stackedShape(mapping: TensorMapping, shapes: ReadonlyMap<string, Shape>): Shape {
  const parts = mapping.parameters.map((name) => shapes.get(name)!);
  const rows = parts.reduce((total, shape) => total + shape[0]!, 0);
  return [rows, ...parts[0]!.slice(1)];
}

function concatenate(parts: readonly Float32Array[]): Float32Array {
  const joined = new Float32Array(parts.reduce((total, part) => total + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

/** `[rows, columns]` to `[columns, rows]`. */
function transpose(data: Float32Array, rows: number, columns: number): Float32Array {
  const turned = new Float32Array(data.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      turned[column * rows + row] = data[row * columns + column]!;
    }
  }
  return turned;
}
