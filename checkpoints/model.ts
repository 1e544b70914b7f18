/** A decoder as a checkpoint, in the layout of its family, and a checkpoint as a decoder. */
import {
  type ConfigJson,
  type DecoderConfig,
  type Family,
  FamilyError,
  familyFor,
  familyOf,
  fromTensors,
  Model,
  ModelConfigError,
  toTensors,
  whyNot,
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

export interface SaveOptions {
  /**
   * config.json of the checkpoint that the model came from: the family is kept where it still holds
   * the model, and keys that say nothing of the decoder (ids of special tokens, say) stay.
   */
  readonly base?: ConfigJson;
  /** Values by parameter name; those of the model unless given. */
  readonly weights?: ReadonlyMap<string, Float32Array>;
}

/** What to save of a model: in a published family's layout where one holds it. */
export function modelContents(
  model: Model,
  { base, weights = model.weights() }: SaveOptions = {},
): ModelContents {
  const { config } = model;
  const family = familyToSave(config, base);
  const kept = base?.model_type === family.modelType ? otherKeys(base) : {};
  return {
    config: { ...kept, ...family.writeConfig(config) },
    tensors: tensorsOf(family, config, weights),
  };
}

/** But for what is written anew under the keys that every version of `transformers` reads. */
function otherKeys(base: ConfigJson): ConfigJson {
  const { rope_parameters: _rope, dtype: _dtype, ...rest } = base;
  return rest;
}

function* tensorsOf(
  family: Family,
  config: DecoderConfig,
  weights: ReadonlyMap<string, Float32Array>,
): Generator<Tensor> {
  for (const { name, shape, data } of toTensors(family, config, weights)) {
    yield { name, dtype: "F32", shape, data };
  }
}

function familyToSave(config: DecoderConfig, base: ConfigJson | undefined): Family {
  if (base === undefined) return familyFor(config);
  const family = familyOf(base);
  return whyNot(family, config) === null ? family : familyFor(config);
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
    if (!(error instanceof FamilyError || error instanceof ModelConfigError)) throw error;
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
