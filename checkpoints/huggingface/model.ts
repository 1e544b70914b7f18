/** A decoder as a checkpoint, in the layout of its family, and a checkpoint as a decoder. */

import { type Engine, encodeBfloat16 } from "../../engine/index.ts";
import {
  type ConfigJson,
  type DecoderConfig,
  type Family,
  FamilyError,
  familyFor,
  familyOf,
  futureFamily,
  futureKey,
  Model,
  ModelConfigError,
  type ModelOptions,
  type ParameterSource,
  parameterSources,
  readNamed,
  type TensorSource,
  toTensors,
  whyNot,
  withoutFuture,
} from "../../models/index.ts";
import { decoderOf } from "../decoder-of.ts";
import { CheckpointError } from "../files/checkpoint-error.ts";
import type { Tensor, TensorReader } from "../safetensors/index.ts";
import type { Checkpoint } from "./checkpoint.ts";

export interface ModelContents {
  /** config.json. */
  readonly config: Record<string, unknown>;
  readonly tensors: Iterable<Tensor>;
  /** Of heads of tokens further on, where the model has such. */
  readonly future?: Iterable<Tensor>;
}

export interface SaveOptions {
  /**
   * config.json of the checkpoint that the model came from: the family is kept where it still holds
   * the model, and keys that say nothing of the decoder (ids of special tokens, say) stay.
   */
  readonly base?: ConfigJson;
  /** Values by parameter name; those of the model unless given. */
  readonly weights?: ReadonlyMap<string, Float32Array>;
  /** Of all tensors in the file; float32 unless given. */
  readonly dtype?: SavedDtype;
}

/** Rounded to nearest, ties to even. */
export type SavedDtype = "float32" | "float16" | "bfloat16";

const fileDtypes = { float32: "F32", float16: "F16", bfloat16: "BF16" } as const;

/** What to save of a model: in a published family's layout where one holds it. */
export function modelContents(
  model: Model,
  { base, weights = model.weights(), dtype = "float32" }: SaveOptions = {},
): ModelContents {
  const { config } = model;
  const { future } = config;
  const plain = withoutFuture(config);
  const family = familyToSave(plain, base);
  const kept = base?.model_type === family.modelType ? otherKeys(base) : {};
  const json = { ...kept, ...family.writeConfig(plain), torch_dtype: dtype };
  const tensors = tensorsOf(family, plain, weights, dtype);
  if (future === undefined) return { config: json, tensors };
  return {
    config: { ...json, [futureKey]: future },
    tensors,
    future: tensorsOf(futureFamily(family), config, weights, dtype),
  };
}

/** But for what is written anew under the keys that every version of `transformers` reads. */
function otherKeys(base: ConfigJson): ConfigJson {
  const { rope_parameters: _rope, dtype: _dtype, [futureKey]: _future, ...rest } = base;
  return rest;
}

function* tensorsOf(
  family: Family,
  config: DecoderConfig,
  weights: ReadonlyMap<string, Float32Array>,
  dtype: SavedDtype,
): Generator<Tensor> {
  for (const { name, shape, data } of toTensors(family, config, weights)) {
    yield { name, dtype: fileDtypes[dtype], shape, data };
  }
}

function familyToSave(config: DecoderConfig, base: ConfigJson | undefined): Family {
  if (base === undefined) return familyFor(config);
  const family = familyOf(base);
  return whyNot(family, config) === null ? family : familyFor(config);
}

/**
 * The decoder of a checkpoint, on an engine. Each parameter is read straight into the engine's memory,
 * bfloat16 as it lies in the file.
 * @throws CheckpointError when the config is not supported or the tensors do not fit it.
 */
export function modelFromCheckpoint(
  engine: Engine,
  checkpoint: Checkpoint,
  options: ModelOptions = {},
): Model {
  try {
    const config = decoderOf(checkpoint);
    return new Model(engine, config, weightsOf(config, checkpoint), options);
  } catch (error) {
    if (!(error instanceof FamilyError || error instanceof ModelConfigError)) throw error;
    throw new CheckpointError("corrupt", checkpoint.folder, error.message);
  }
}

/** The parameters of a checkpoint by our names, read when they are asked for: the files stay open. */
export function weightsOf(
  config: DecoderConfig,
  checkpoint: Checkpoint,
): Map<string, ParameterSource> {
  const family = familyOf(checkpoint.config);
  const found = parameterSources(family, withoutFuture(config), tensorsIn(checkpoint.model));
  if (config.future === undefined || checkpoint.future === undefined) return found;
  const heads = parameterSources(futureFamily(family), config, tensorsIn(checkpoint.future));
  return new Map([...found, ...heads]);
}

/** The parameters of a checkpoint as float32, by our names; for a model that exists already. */
export function readWeights(
  config: DecoderConfig,
  checkpoint: Checkpoint,
): Map<string, Float32Array> {
  const sources = weightsOf(config, checkpoint);
  return readNamed(sources, [...sources.keys()]);
}

function tensorsIn(model: TensorReader): TensorSource {
  return {
    names: [...model.tensors.keys()],
    shape: (name) => model.tensors.get(name)!.shape,
    tensor: (name) => tensorIn(model, name),
  };
}

function tensorIn(model: TensorReader, name: string): ParameterSource {
  const { dtype, shape } = model.tensors.get(name)!;
  const rangeOf = (start: number, { length }: { readonly length: number }) => ({
    start,
    end: start + length,
  });
  const readFloat32 = (start: number, target: Float32Array) => {
    model.readFloat32(name, { range: rangeOf(start, target), target });
  };
  return {
    size: shape.reduce((product, each) => product * each, 1),
    readFloat32,
    readBfloat16(start, target) {
      if (dtype === "BF16") {
        const { buffer, byteOffset, byteLength } = target;
        const bytes = new Uint8Array(buffer, byteOffset, byteLength);
        return model.readInto(name, bytes, rangeOf(start, target));
      }
      const values = new Float32Array(Math.min(target.length, roundedAtOnce));
      for (let done = 0; done < target.length; done += values.length) {
        const part = values.subarray(0, Math.min(values.length, target.length - done));
        readFloat32(start + done, part);
        encodeBfloat16(part, target.subarray(done, done + part.length));
      }
    },
  };
}

/** Numbers that are float32 at a time on the way to bfloat16. */
const roundedAtOnce = 2 ** 20;
