/** Parameters to a checkpoint's tensors and back, by a family's mapping. */
import type { Shape } from "../../src/engine/index.ts";
import type { DecoderConfig } from "../config.ts";
import { type Family, FamilyError, type NamedTensor } from "./family.ts";
import { packTensor, shapesByName, tensorShape, unpackTensor } from "./tensor-layout.ts";

/** The tensors of a checkpoint, made one at a time. */
export function* toTensors(
  family: Family,
  config: DecoderConfig,
  weights: ReadonlyMap<string, Float32Array>,
): Generator<NamedTensor> {
  const shapes = shapesByName(config);
  for (const mapping of family.tensors(config)) yield packTensor(mapping, shapes, weights);
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
    const expected = tensorShape(mapping, shapes);
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
    unpackTensor(mapping, shapes, source.read(name), weights);
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
