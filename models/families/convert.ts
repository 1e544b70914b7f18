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
    const shape = joinedShape(mapping, shapes);
    const data = join(mapping, weights);
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
 * @throws FamilyError naming a tensor that is missing, has another shape, or belongs to nothing.
 */
export function fromTensors(
  family: Family,
  config: DecoderConfig,
  source: TensorSource,
): Map<string, Float32Array> {
  const shapes = shapesByName(config);
  const left = new Set(source.names);
  const weights = new Map<string, Float32Array>();
  for (const mapping of family.tensors(config)) {
    const joined = joinedShape(mapping, shapes);
    const expected = mapping.transposed ? [...joined].reverse() : joined;
    const name = [mapping.tensor, withoutPrefix(family, mapping.tensor)].find((each) =>
      left.has(each),
    );
    if (name === undefined) {
      throw new FamilyError(
        `tensor "${mapping.tensor}" [${expected.join(", ")}] is missing: the file is no whole ${family.modelType} model of this config.json; copy the model's files again`,
      );
    }
    const found = source.shape(name);
    if (found.join() !== expected.join()) {
      throw new FamilyError(
        `tensor "${name}" is [${found.join(", ")}], but config.json makes it [${expected.join(", ")}]; use the config.json that came with the weights`,
      );
    }
    left.delete(name);
    const [rows, columns] = joined as [number, number];
    const data = source.read(name);
    cut(mapping, shapes, mapping.transposed ? transpose(data, columns, rows) : data, weights);
  }
  refuseExtra(family, config, left);
  return weights;
}

function refuseExtra(family: Family, config: DecoderConfig, left: ReadonlySet<string>): void {
  for (const name of left) {
    const repeated = config.tieEmbeddings && name === "lm_head.weight";
    if (repeated || family.ignored?.test(name)) continue;
    throw new FamilyError(
      `tensor "${name}" belongs to no part of a ${family.modelType} model of this config.json; if it is an adapter's, load it as one, otherwise use the config.json that came with the weights`,
    );
  }
}

function withoutPrefix({ prefix }: Family, name: string): string {
  return name.startsWith(prefix) ? name.slice(prefix.length) : name;
}

function join(
  { parameters, groups }: TensorMapping,
  weights: ReadonlyMap<string, Float32Array>,
): Float32Array {
  const parts = parameters.map((name) => weights.get(name)!);
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

function cut(
  { parameters, groups }: TensorMapping,
  shapes: ReadonlyMap<string, Shape>,
  data: Float32Array,
  weights: Map<string, Float32Array>,
): void {
  const parts = parameters.map((name) => new Float32Array(sizeOf(shapes.get(name)!)));
  let offset = 0;
  for (let group = 0; group < groups; group++) {
    for (const part of parts) {
      const size = part.length / groups;
      part.set(data.subarray(offset, offset + size), group * size);
      offset += size;
    }
  }
  for (const [i, name] of parameters.entries()) weights.set(name, parts[i]!);
}

function shapesByName(config: DecoderConfig): Map<string, Shape> {
  return new Map(parameterSpecs(config).map(({ name, shape }) => [name, shape]));
}

function joinedShape(mapping: TensorMapping, shapes: ReadonlyMap<string, Shape>): Shape {
  const parts = mapping.parameters.map((name) => shapes.get(name)!);
  const rows = parts.reduce((total, shape) => total + shape[0]!, 0);
  return [rows, ...parts[0]!.slice(1)];
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
