/**
 * What a run trains and what it saves: a whole model, or an adapter over a frozen one. A pretrained
 * model gets the tokenizer's tokens first.
 */

import {
  type CheckpointFiles,
  decoderOf,
  loadAdapter,
  modelContents,
  modelFromCheckpoint,
  type ReplaceOptions,
  type SavedModel,
  saveAdapterCheckpoint,
  saveCheckpoint,
} from "../../checkpoints/index.ts";
import type { Engine } from "../../engine/index.ts";
import {
  asPlainLora,
  type ConfigJson,
  type DecoderConfig,
  familyOf,
  firstRanks,
  initialWeights,
  type LoraAdapter,
  type LoraConfig,
  Model,
  type ModelOptions,
  mergeAdapter,
  newLora,
  plainLora,
  readNamed,
  rowsOf,
  rowValues,
  savedParameters,
  type TableRows,
  tablesOfTokens,
  tokenTables,
  type WeightDtype,
} from "../../models/index.ts";
import type { TokenStructure } from "../../tokenizer/index.ts";
import { type Config, ConfigError } from "../config/index.ts";
import { decoderConfig } from "./decoder-config.ts";
import { type SourcedDecoder, withNewTokens } from "./extend.ts";
import { loraOptions } from "./lora-options.ts";
import type { Pretrained } from "./pretrained.ts";
import type { RunState } from "./run-state.ts";
import { keepBias, readDecoder, stretchedTo, untiedFor, withHeads } from "./starting-decoder.ts";
import type { NewTokens } from "./tokenizer.ts";

export interface TrainableModelOptions {
  readonly engine: Engine;
  readonly config: Config;
  /** Of the run's tokenizer. */
  readonly vocabularySize: number;
  /** What its tokens mean to one another, where it knows. */
  readonly structure?: TokenStructure | undefined;
  /** What the tokenizer adds to the pretrained model's tokens. */
  readonly added: NewTokens | null;
  readonly pretrained: Pretrained | null;
  /** To go on from; null begins. */
  readonly resumed: SavedModel | null;
  /** Told of bytes on the engine, and of those that there will be. */
  readonly onLoading?: (loaded: number, total: number) => void;
}

export interface TrainableModel {
  readonly model: Model;
  /** Names of the parameters that learn. */
  readonly trained: readonly string[];
  /** The pretrained model, for a run to name it when it goes on. */
  readonly base: RunState["base"];
  /** Writes a checkpoint with the weights of now, replacing what the options say. */
  save(
    folder: string,
    parts: CheckpointFiles,
    ids: Readonly<Record<string, number | readonly number[]>>,
    options: ReplaceOptions,
  ): void;
}

/** The adapter's name on the model. */
const adapterName = "run";

/**
 * Makes the model, with an adapter where the method asks for one.
 * @throws ConfigError where nothing would learn.
 * @throws CheckpointError, AdapterError for files or options that do not fit the model.
 */
export function makeTrainableModel(options: TrainableModelOptions): TrainableModel {
  const { config, pretrained } = options;
  if (pretrained === null) return ownModel(options);
  const { method } = config.train;
  if (method === "lora" || method === "qlora") return adapters(options, pretrained);
  return wholeModel(options, pretrained);
}

function ownModel({
  engine,
  config,
  vocabularySize,
  structure,
  resumed,
}: TrainableModelOptions): TrainableModel {
  const decoder = decoderConfig(config.model, vocabularySize);
  if (resumed !== null) {
    refuseOtherShape(resumed, decoder);
    return whole(modelFromCheckpoint(engine, resumed), null, undefined);
  }
  const { seed } = config.train;
  const { initStd: std, initNumbers } = config.model;
  const ordered = initNumbers === "ordered" && structure !== undefined;
  const weights = initialWeights(decoder, { seed, std, ...(ordered && { tokens: structure }) });
  return whole(new Model(engine, decoder, weights), null, undefined);
}

/** What a shape is known by, in the words of the configuration. */
const shape = [
  ...["vocabularySize", "contextLength", "layers", "hiddenSize", "heads", "kvHeads", "headDim"],
  ...["intermediateSize", "positions", "norm", "activation", "gated", "tieEmbeddings", "future"],
] as readonly (keyof DecoderConfig)[];

/** @throws ConfigError where the model that a run saved is not the one that its configuration says. */
function refuseOtherShape(
  resumed: SavedModel,
  decoder: DecoderConfig,
): asserts resumed is SavedModel & { readonly kind: "whole" } {
  if (resumed.kind !== "whole") {
    throw new ConfigError([
      `${resumed.folder}: this run saved an adapter, but its configuration has no model.from; put its config.yaml back`,
    ]);
  }
  const saved = decoderOf(resumed);
  const differs = shape.find((key) => JSON.stringify(saved[key]) !== JSON.stringify(decoder[key]));
  if (differs === undefined) return;
  const [was, is] = [saved[differs], decoder[differs]].map((value) => JSON.stringify(value));
  throw new ConfigError([
    `${resumed.folder}: ${differs} is ${was} in the model that this run saved, but ${is} by its configuration and tokenizer; put its config.yaml back, or begin anew by --fresh`,
  ]);
}

/** The methods `full` and `embeddings`, which save the whole model. */
function wholeModel(options: TrainableModelOptions, pretrained: Pretrained): TrainableModel {
  const { engine, config, added, resumed, onLoading: onProgress } = options;
  const { train, vocabulary } = config;
  if (resumed?.kind === "adapter") {
    throw new ConfigError([
      `${resumed.folder}: this run saved an adapter, but its configuration says train.method ${train.method}; put its config.yaml back`,
    ]);
  }
  const from = resumed?.kind === "whole" ? resumed : pretrained.checkpoint;
  const saved = readDecoder(from);
  // What a run saved is stretched already.
  const read = resumed === null ? stretchedTo(saved, config.model) : saved;
  const decoder =
    resumed === null ? withHeads(withNewTokens(read, added, vocabulary, train.seed), config) : read;
  const model = new Model(engine, decoder.config, decoder.weights, watched(onProgress));
  const base = baseOf(pretrained, decoder.config);
  const trainable = whole(model, base, from.config);
  if (train.method === "full") return trainable;
  if (vocabulary.train === "all") return { ...trainable, trained: tablesOf(decoder) };
  const rows = newRows(added, decoder.config);
  if (rows.length === 0) throw nothingLearns();
  const tables = readNamed(decoder.weights, tokenTables(decoder.config));
  model.attach(adapterName, {
    config: plainLora,
    modules: [],
    saved: [],
    rows,
    weights: rowValues(decoder.config, tables, rows),
  });
  return whole(model, base, from.config);
}

/** The methods `lora` and `qlora`, which save the adapter alone. */
function adapters(options: TrainableModelOptions, pretrained: Pretrained): TrainableModel {
  const { engine, config, added, resumed } = options;
  const { train, vocabulary } = config;
  const json = pretrained.checkpoint.config;
  if (config.model.ropeScaling !== null) {
    throw new ConfigError([
      `model.ropeScaling: an adapter's files do not say how positions are turned, so that it would be loaded over others; take train.method full or embeddings, or leave it out`,
    ]);
  }
  const read = readDecoder(pretrained.checkpoint);
  const all = vocabulary.train === "all";
  const extended = withNewTokens(read, added, vocabulary, train.seed);
  const chosen = loraOptions(config);
  const sourced = untiedFor(chosen, json, keepBias(extended, read, all ? null : added), added);
  const { config: decoder } = sourced;
  const rows = all ? [] : newRows(added, decoder);
  const lora = all ? withTables(chosen, json, decoder) : chosen;
  const fresh = newLora(
    familyOf(json),
    decoder,
    neededBy(lora, sourced, json),
    lora,
    train.seed,
    rows,
  );
  const base = { config: decoder, json };
  const adapter = resumed === null ? fresh.adapter : resumedAdapter(resumed, fresh.adapter, base);
  const model = new Model(engine, decoder, new Map([...sourced.weights, ...fresh.base]), {
    weightDtype: weightDtypeOf(config),
    float32: rows.map(({ table }) => table),
    frozen: true,
    ...watched(options.onLoading),
  });
  model.attach(adapterName, adapter);
  const frozen = vocabulary.train === "none" ? tokenTables(decoder).map(rowsOf) : [];
  const trained = model.trainable
    .map(({ name }) => name)
    .filter((name) => !frozen.some((each) => name.endsWith(`.${each}`)));
  const save: TrainableModel["save"] = (folder, parts, _ids, options) => {
    const toSave = asPlainLora(model.adapter(adapterName), fresh.adapter);
    saveAdapterCheckpoint(folder, toSave, base, pretrained.source, parts, options);
  };
  return { model, trained, base: baseOf(pretrained, decoder), save };
}

/** How a configuration keeps a frozen model. */
export function weightDtypeOf({ model, train }: Config): WeightDtype {
  return model.weightDtype ?? (train.method === "qlora" ? "nf4" : "float32");
}

/** What an adapter begins with, in memory: everything only where it is made of everything. */
function neededBy(
  lora: LoraConfig,
  { config, weights }: SourcedDecoder,
  json: ConfigJson,
): ReadonlyMap<string, Float32Array> {
  const whole = lora.useDora || lora.initialise === "pissa";
  const names = whole
    ? [...weights.keys()]
    : [...tokenTables(config), ...savedParameters(familyOf(json), config, lora.modulesToSave)];
  return readNamed(weights, names);
}

function watched(onProgress: TrainableModelOptions["onLoading"]): Pick<ModelOptions, "onProgress"> {
  return onProgress === undefined ? {} : { onProgress };
}

function resumedAdapter(
  resumed: SavedModel,
  fresh: LoraAdapter,
  base: { readonly config: DecoderConfig; readonly json: ConfigJson },
): LoraAdapter {
  const { adapter } = loadAdapter(resumed.folder, base);
  return { ...fresh, weights: firstRanks(adapter, fresh) };
}

function whole(model: Model, base: RunState["base"], json: ConfigJson | undefined): TrainableModel {
  const save: TrainableModel["save"] = (folder, parts, ids, options) => {
    const attached = model.trainable.some(({ name }) =>
      name.startsWith(`adapters.${adapterName}.`),
    );
    const { config, ...tensors } = modelContents(model, {
      ...(json === undefined ? {} : { base: json }),
      ...(attached ? { weights: mergeAdapter(model.weights(), model.adapter(adapterName)) } : {}),
    });
    saveCheckpoint(folder, { ...parts, ...tensors, config: { ...config, ...ids } }, options);
  };
  return { model, trained: model.trainable.map(({ name }) => name), base, save };
}

function baseOf({ source, revision }: Pretrained, decoder: DecoderConfig): RunState["base"] {
  return { source, revision, vocabularySize: decoder.vocabularySize };
}

function newRows(added: NewTokens | null, decoder: DecoderConfig): TableRows[] {
  if (added === null || added.count === 0) return [];
  const ids = Array.from({ length: added.count }, (_, i) => added.firstId + i);
  return tokenTables(decoder).map((table) => ({ table, ids }));
}

/** All that has a row a token. */
function tablesOf({ weights }: SourcedDecoder): string[] {
  return tablesOfTokens.filter((name) => weights.has(name));
}

/** The adapter keeps both tables whole, under the names that the checkpoint gives them. */
function withTables(lora: LoraConfig, json: ConfigJson, decoder: DecoderConfig): LoraConfig {
  const tables = tokenTables(decoder);
  const modules = familyOf(json)
    .tensors(decoder)
    .filter(({ parameters }) => tables.includes(parameters[0] ?? ""))
    .map(
      ({ tensor }) =>
        tensor
          .replace(/\.weight$/, "")
          .split(".")
          .at(-1)!,
    );
  return { ...lora, modulesToSave: [...new Set([...lora.modulesToSave, ...modules])] };
}

function nothingLearns(): ConfigError {
  return new ConfigError([
    "vocabulary.train: the tokenizer adds no tokens to this model, so that no new rows learn; take all, or another method",
  ]);
}
