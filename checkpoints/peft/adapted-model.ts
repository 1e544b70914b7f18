/** A model with an adapter over it, which may have tokens that the model does not have. */

import type { Engine } from "../../engine/index.ts";
import {
  type DecoderConfig,
  extendVocabulary,
  familyOf,
  type LoraAdapter,
  Model,
  type ModelOptions,
  readNamed,
  tablesOfTokens,
  type WeightSource,
} from "../../models/index.ts";
import { decoderOf } from "../decoder-of.ts";
import type { Checkpoint } from "../huggingface/checkpoint.ts";
import { weightsOf } from "../huggingface/model.ts";
import { loadAdapter, openAdapterTensors, readAdapterConfig } from "./adapter.ts";

export interface AdaptedModel {
  /** With the adapter attached and active. */
  readonly model: Model;
  readonly adapter: LoraAdapter;
}

/** The name that the adapter has on the model. */
export const loadedAdapterName = "adapter";

export interface AdaptedOptions extends Omit<ModelOptions, "float32"> {
  /** Rows that the tables had in training; as many as the adapter has unless given. */
  readonly vocabularySize?: number | undefined;
}

/**
 * Loads a model and an adapter over it.
 * @param folder of the adapter
 * @throws {CheckpointError} when one of them is damaged, or they do not fit
 */
export function adaptedModel(
  engine: Engine,
  base: Checkpoint,
  folder: string,
  { vocabularySize = 0, ...options }: AdaptedOptions = {},
): AdaptedModel {
  const config = decoderOf(base);
  const { first, size } = tokensOf(folder, base);
  const tokens = { first, size: Math.max(size, vocabularySize) };
  const decoder = withRows(config, weightsOf(config, base), tokens);
  const { adapter } = loadAdapter(folder, { config: decoder.config, json: base.config });
  const float32 = (adapter.rows ?? []).map(({ table }) => table);
  const model = new Model(engine, decoder.config, decoder.weights, { ...options, float32 });
  model.attach(loadedAdapterName, adapter);
  return { model, adapter };
}

/**
 * The decoder with tables of `size` rows, the new ones with the mean of those before `first`: what
 * rows begin as that an adapter replaces or that no token has.
 */
export function withRows(
  config: DecoderConfig,
  weights: WeightSource,
  { first, size }: AdapterTokens,
): { readonly config: DecoderConfig; readonly weights: WeightSource } {
  if (size <= config.vocabularySize) return { config, weights };
  const extended = extendVocabulary(config, readNamed(weights, tablesOfTokens), {
    firstId: Math.min(first, config.vocabularySize),
    count: 0,
    multipleOf: size,
    initialise: { kind: "zeros" },
  });
  return { config: extended.config, weights: new Map([...weights, ...extended.weights]) };
}

/** What an adapter says of its tokens. */
export interface AdapterTokens {
  /** The first that the adapter has rows for; the model's size where it has whole tables. */
  readonly first: number;
  /** Rows of its tables, at least. */
  readonly size: number;
}

function tokensOf(folder: string, base: Checkpoint): AdapterTokens {
  const config = decoderOf(base);
  const { rows } = readAdapterConfig(folder);
  const ids = rows.flatMap((each) => each.ids);
  if (ids.length > 0) {
    const [first, last] = ids.reduce(
      ([least, most], id) => [Math.min(least, id), Math.max(most, id)],
      [ids[0]!, ids[0]!],
    );
    return { first, size: last + 1 };
  }
  const table = familyOf(base.config)
    .tensors(config)
    .find(({ parameters }) => parameters[0] === "embedding.weight")!.tensor;
  const file = openAdapterTensors(folder);
  try {
    const size = file.tensors.get(`base_model.model.${table}`)?.shape[0] ?? 0;
    return { first: config.vocabularySize, size };
  } finally {
    file.close();
  }
}
