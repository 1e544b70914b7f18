/** A decoder as a checkpoint, in the layout of its family, and a checkpoint as a decoder. */
import {
  type DecoderConfig,
  FamilyError,
  familyFor,
  familyOf,
  fromTensors,
  Model,
  toTensors,
} from "../models/index.ts";
import type { Engine } from "../src/engine/index.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { CheckpointError } from "./checkpoint-error.ts";
import type { Tensor } from "./safetensors/index.ts";

export interface ModelContents {
  /** config.json. */
  readonly config: Record<string, unknown>;
  readonly tensors: Iterable<Tensor>;
}

/** What to save of a model: in a published family's layout where one holds it. */
export function modelContents(model: Model): ModelContents {
  const family = familyFor(model.config);
  return {
    config: family.writeConfig(model.config),
    tensors: tensorsOf(model),
  };
}

function* tensorsOf(model: Model): Generator<Tensor> {
  const family = familyFor(model.config);
  for (const { name, shape, data } of toTensors(family, model.config, model.weights())) {
    yield { name, dtype: "F32", shape, data };
  }
}

/**
 * The decoder of a checkpoint, on an engine.
 * @throws CheckpointError when the config is not supported or the tensors do not fit it.
 */
export function modelFromCheckpoint(engine: Engine, checkpoint: Checkpoint): Model {
  try {
    const family = familyOf(checkpoint.config);
    const config = family.readConfig(checkpoint.config);
    return new Model(engine, config, readWeights(config, checkpoint));
  } catch (error) {
    if (!(error instanceof FamilyError)) throw error;
    throw new CheckpointError("corrupt", checkpoint.folder, error.message);
  }
}

/** The parameters of a checkpoint as float32, by our names; for a model that exists already. */
export function readWeights(
  config: DecoderConfig,
  checkpoint: Checkpoint,
): Map<string, Float32Array> {
  const { tensors } = checkpoint.model;
  return fromTensors(familyOf(checkpoint.config), config, {
    names: [...tensors.keys()],
    shape: (name) => tensors.get(name)!.shape,
    read: (name) => checkpoint.model.readFloat32(name),
  });
}
