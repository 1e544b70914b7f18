/** What a model is, from its config.json and the headers of its files. */
import {
  cacheBytes,
  type DecoderConfig,
  parameterCount,
  withoutFuture,
} from "../../models/index.ts";
import { decoderOf } from "../decoder-of.ts";
import type { Checkpoint } from "./checkpoint.ts";

export interface ModelDescription {
  /** `model_type` of config.json. */
  readonly family: string;
  readonly decoder: DecoderConfig;
  readonly parameters: number;
  /** Of them, those of heads of tokens further on. */
  readonly futureParameters: number;
  readonly tensors: readonly {
    readonly name: string;
    readonly dtype: string;
    readonly shape: readonly number[];
  }[];
  readonly bytesOnDisk: number;
  /** In bytes, computed in float32; activations come on top. */
  readonly memory: {
    readonly weights: number;
    /** Weights, gradients and both moments of AdamW. */
    readonly trainingAll: number;
    /** Keys and values of one token, of all layers that attend. */
    readonly cachePerToken: number;
    /** States of a sequence, however long it is; 0 where all layers attend. */
    readonly cachePerSequence: number;
  };
}

/** @throws CheckpointError when the config is not supported. */
export function describeModel(checkpoint: Checkpoint): ModelDescription {
  const decoder = decoderOf(checkpoint);
  const parameters = parameterCount(decoder);
  const futureParameters = parameters - parameterCount(withoutFuture(decoder));
  const cache = cacheBytes(decoder);
  const heads = decoder.future === undefined ? [] : [...checkpoint.future!.tensors.values()];
  const tensors = [...checkpoint.model.tensors.values(), ...heads];
  return {
    family: String(checkpoint.config.model_type),
    decoder,
    parameters,
    futureParameters,
    tensors: tensors.map(({ name, dtype, shape }) => ({ name, dtype, shape })),
    bytesOnDisk: tensors.reduce((total, { begin, end }) => total + end - begin, 0),
    memory: {
      weights: 4 * parameters,
      trainingAll: 16 * parameters,
      cachePerToken: cache.perToken,
      cachePerSequence: cache.perSequence,
    },
  };
}
