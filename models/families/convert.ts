/** Parameters to a checkpoint's tensors and back, by a family's mapping. */
import type { Shape } from "../../engine/index.ts";
import type { DecoderConfig } from "../decoder/config.ts";
import { type ParameterSource, readAll } from "../parameter-source.ts";
import { type Family, FamilyError, type NamedTensor, namesInFiles } from "./family.ts";
import { noneTurned, parametersInTensor } from "./parameters-in-tensor.ts";
import { packTensor, shapesByName, tensorShape } from "./tensor-layout.ts";

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
  /** All numbers of a tensor, to be read in whole or in part. */
  tensor(name: string): ParameterSource;
}

/**
 * The parameters that a checkpoint holds, none of which is read yet.
 * @throws FamilyError naming a tensor that is missing, has another shape, or belongs to nothing.
 */
export function parameterSources(
  family: Family,
  config: DecoderConfig,
  source: TensorSource,
): Map<string, ParameterSource> {
  const shapes = shapesByName(config);
  const left = new Set(source.names);
  const found = new Map<string, ParameterSource>();
  const last = noneTurned();
  for (const mapping of family.tensors(config)) {
    const expected = tensorShape(mapping, shapes);
    const name = namesInFiles(family, mapping.tensor).find((each) => left.has(each));
    if (name === undefined) {
      throw new FamilyError(
        `tensor "${mapping.tensor}" [${expected.join(", ")}] is missing: the file is no whole ${family.modelType} model of this config.json; copy the model's files again`,
      );
    }
    const shape = source.shape(name);
    if (shape.join() !== expected.join()) {
      throw new FamilyError(
        `tensor "${name}" is [${shape.join(", ")}], but config.json makes it [${expected.join(", ")}]; use the config.json that came with the weights`,
      );
    }
    left.delete(name);
    const tensor = source.tensor(name);
    for (const [parameter, values] of parametersInTensor(mapping, shapes, tensor, last)) {
      found.set(parameter, values);
    }
  }
  refuseExtra(family, config, left);
  return found;
}

/** The same, read. @throws FamilyError as {@link parameterSources}. */
export function fromTensors(
  family: Family,
  config: DecoderConfig,
  source: TensorSource,
): Map<string, Float32Array> {
  const sources = parameterSources(family, config, source);
  return new Map([...sources].map(([name, values]) => [name, readAll(values)]));
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
