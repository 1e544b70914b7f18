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
import { carriedTensor, prefix, tableModules } from "./tensor-names.ts";

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
  const loaded = loadAdapter(folder, { config: decoder.config, json: base.config });
  const { carried = new Map(), ...adapter } = loaded.adapter;
  const weights = underAdapter(decoder.config, decoder.weights, loaded.config, carried);
  const float32 = (adapter.rows ?? []).map(({ table }) => table);
  const model = new Model(engine, loaded.config, weights, { ...options, float32 });
  model.attach(loadedAdapterName, adapter);
  return { model, adapter };
}

/**
 * The weights that an adapter is over: with a head that begins as the table it was tied to, where the
 * adapter tells them apart, and the tables that the adapter's file brings.
 * @param under the decoder as {@link loadAdapter} gives it.
 * @param carried tables by name; one that was tied is brought once for both.
 */
function underAdapter(
  config: DecoderConfig,
  weights: WeightSource,
  under: DecoderConfig,
  carried: ReadonlyMap<string, Float32Array>,
): WeightSource {
  const apart = config.tieEmbeddings && !under.tieEmbeddings;
  const brought = apart ? [...carried.values()][0] : undefined;
  const table = brought ?? weights.get("embedding.weight")!;
  const tied = [
    ["embedding.weight", table],
    ["head.weight", table],
  ] as const;
  return new Map([...weights, ...(apart ? tied : []), ...carried]);
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
  const tables = tableModules(familyOf(base.config), { ...config, tieEmbeddings: false });
  const file = openAdapterTensors(folder);
  try {
    const sizes = tables
      .flatMap(({ module }) => [`${prefix}${module}.weight`, carriedTensor(module)])
      .map((name) => file.tensors.get(name)?.shape[0] ?? 0);
    return { first: config.vocabularySize, size: Math.max(...sizes) };
  } finally {
    file.close();
  }
}
