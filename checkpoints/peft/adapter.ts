/**
 * Adapters in PEFT's layout: `adapter_config.json` and `adapter_model.safetensors`, whose tensors are
 * named after the base model's modules.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import {
  AdapterError,
  type ConfigJson,
  checkRows,
  cutRows,
  type DecoderConfig,
  type Family,
  FamilyError,
  familyOf,
  joinRows,
  type LinearModule,
  type LoraAdapter,
  type LoraConfig,
  type LoraModule,
  linearModules,
  packTensor,
  rowsOf,
  savedParameters,
  shapesByName,
  type TableRows,
  tensorShape,
  tokenTables,
  unpackTensor,
  withRank,
} from "../../models/index.ts";
import { writeFileAtomically } from "../files/atomic-file.ts";
import { writeFolderAtomically } from "../files/atomic-folder.ts";
import type { BlockSums } from "../files/block-sums.ts";
import { CheckpointError } from "../files/checkpoint-error.ts";
import { printJson, readJsonFile } from "../files/json-file.ts";
import { readManifest, writeManifest } from "../files/manifest.ts";
import type { ReplaceOptions } from "../files/overwrite.ts";
import {
  openSafetensors,
  type Tensor,
  type TensorReader,
  writeSafetensors,
} from "../safetensors/index.ts";
import { type PeftConfig, readPeftConfig, type SavedRows, writePeftConfig } from "./peft-config.ts";

const CONFIG = "adapter_config.json";
const STEM = "adapter_model";
const METADATA = { format: "pt" };
const prefix = "base_model.model.";

/** Names and shapes of the model that an adapter is for. */
export interface AdapterBase {
  readonly config: DecoderConfig;
  /** config.json of the base, whose family names the modules. */
  readonly json: ConfigJson;
}

export interface LoadedAdapter {
  readonly adapter: LoraAdapter;
  /** The model that it was trained over, as the file names it. */
  readonly base: string | null;
}

/**
 * Reads an adapter.
 * @throws {CheckpointError} when the folder holds none, or one that does not fit the base
 */
export function loadAdapter(folder: string, base: AdapterBase): LoadedAdapter {
  const file = openAdapterTensors(folder);
  try {
    const config = readAdapterConfig(folder);
    const family = familyOf(base.json);
    return {
      adapter: new AdapterReading(family, base.config, config, file).read(),
      base: config.base,
    };
  } catch (error) {
    if (!(error instanceof AdapterError || error instanceof FamilyError)) throw error;
    throw new CheckpointError("corrupt", folder, error.message, { file: `${STEM}.safetensors` });
  } finally {
    file.close();
  }
}

/**
 * The tensors of an adapter under PEFT's names: of one file, or of the shards that earlier versions
 * wrote beyond 5 GB.
 * @throws {CheckpointError} when there are none
 */
export function openAdapterTensors(folder: string): TensorReader {
  const single = `${STEM}.safetensors`;
  if (existsSync(join(folder, single)) || existsSync(join(folder, `${single}.index.json`))) {
    return openSafetensors(folder, STEM, readManifest(folder)?.sumsOf);
  }
  const reason = `there is no ${single}; give the folder of a PEFT adapter saved as safetensors`;
  throw new CheckpointError("missing-file", folder, reason, { file: single });
}

/** @throws {CheckpointError} when there is none, or what it asks for is not supported */
export function readAdapterConfig(folder: string): PeftConfig {
  const json = readJsonFile(folder, CONFIG);
  const config =
    json === undefined
      ? `there is no ${CONFIG}; give the folder of a PEFT adapter`
      : readPeftConfig(json);
  if (typeof config !== "string") return config;
  throw new CheckpointError("unsupported", folder, config, { file: CONFIG });
}

class AdapterReading {
  readonly #family: Family;
  readonly #config: DecoderConfig;
  readonly #lora: LoraConfig;
  readonly #savedRows: readonly SavedRows[];
  readonly #file: TensorReader;
  readonly #left: Set<string>;
  readonly #weights = new Map<string, Float32Array>();

  constructor(
    family: Family,
    config: DecoderConfig,
    { lora, rows }: PeftConfig,
    file: TensorReader,
  ) {
    this.#family = family;
    this.#config = config;
    this.#lora = lora;
    this.#savedRows = rows;
    this.#file = file;
    this.#left = new Set(file.tensors.keys());
  }

  /** @throws AdapterError naming a tensor that is missing, misshapen or unknown. */
  read(): LoraAdapter {
    const modules = linearModules(this.#family, this.#config)
      .filter(({ name }) => this.#left.has(tensorName(name, "lora_A.weight")))
      .map((module) => this.#readModule(module));
    if (modules.length === 0) {
      throw new AdapterError(
        `it adapts no linear layer of this ${this.#family.modelType} model; load it over the model that it was trained over`,
      );
    }
    const saved = this.#readSaved();
    const rows = this.#readRows();
    const [unknown] = this.#left;
    if (unknown !== undefined) {
      throw new AdapterError(
        `tensor "${unknown}" belongs to no linear layer of this ${this.#family.modelType} model; load the adapter over the model that it was trained over`,
      );
    }
    return { config: this.#lora, modules, saved, rows, weights: this.#weights };
  }

  #readRows(): TableRows[] {
    const { vocabularySize, hiddenSize: width } = this.#config;
    const modules = rowModules(this.#family, this.#config);
    return this.#savedRows.flatMap(({ module: named, ids }) => {
      const found = modules.find(({ module, table }) =>
        named === null ? table === "embedding.weight" : endsIn(module, named),
      );
      if (found === undefined) {
        if (this.#isTiedHead(named, ids)) return [];
        throw new AdapterError(
          `trainable_token_indices names "${named}", which is no table of this model's tokens`,
        );
      }
      const { module, table } = found;
      checkRows(ids, vocabularySize);
      this.#weights.set(rowsOf(table), this.#take(rowTensor(module), [ids.length, width]));
      return [{ table, ids }];
    });
  }

  /** A head that is the table of embeddings may be named beside it, with the same rows. */
  #isTiedHead(named: string | null, ids: readonly number[]): boolean {
    if (!this.#config.tieEmbeddings || named !== "lm_head") return false;
    return this.#savedRows.some((rows) => rows.module !== named && rows.ids.join() === ids.join());
  }

  #readModule(module: LinearModule): LoraModule {
    const { name, linears, inputs, groups } = module;
    const rank = this.#file.tensors.get(tensorName(name, "lora_A.weight"))?.shape[0] ?? 0;
    const outputs = linears.reduce((total, part) => total + part.outputs, 0);
    const a = this.#take(tensorName(name, "lora_A.weight"), [rank, inputs]);
    this.#weights.set(`${linears[0]!.path}.loraA`, a);
    const b = this.#take(tensorName(name, "lora_B.weight"), [outputs, rank]);
    this.#distribute(module, "loraB", b, rank, groups);
    if (this.#lora.useDora) {
      const lengths = this.#take(tensorName(name, "lora_magnitude_vector"), [outputs]);
      this.#distribute(module, "loraMagnitude", lengths, 1, groups);
    }
    return withRank(module, this.#lora, rank);
  }

  #distribute(
    { linears }: LinearModule,
    kind: string,
    joined: Float32Array,
    columns: number,
    groups: number,
  ): void {
    const sizes = linears.map(({ outputs }) => outputs * columns);
    for (const [i, part] of cutRows(joined, sizes, groups).entries()) {
      this.#weights.set(`${linears[i]!.path}.${kind}`, part);
    }
  }

  /** Whole modules: those that the config names, and embeddings that PEFT adds when they grew. */
  #readSaved(): string[] {
    const shapes = shapesByName(this.#config);
    const saved: string[] = [];
    for (const mapping of this.#family.tensors(this.#config)) {
      const name = prefix + mapping.tensor;
      if (!this.#left.has(name)) continue;
      const data = this.#take(name, tensorShape(mapping, shapes));
      unpackTensor(mapping, shapes, data, this.#weights);
      saved.push(...mapping.parameters);
    }
    this.#readTiedHead(saved);
    const missing = savedParameters(this.#family, this.#config, this.#lora.modulesToSave).find(
      (name) => !saved.includes(name),
    );
    if (missing !== undefined) {
      throw new AdapterError(`modules_to_save names a module whose "${missing}" is missing`);
    }
    return saved;
  }

  /** A tied head may be stored beside the table, if it is the same. */
  #readTiedHead(saved: readonly string[]): void {
    const name = `${prefix}lm_head.weight`;
    if (!this.#config.tieEmbeddings || !this.#left.has(name)) return;
    const { vocabularySize, hiddenSize: width } = this.#config;
    const head = this.#take(name, [vocabularySize, width]);
    const table = this.#weights.get("embedding.weight");
    if (!saved.includes("embedding.weight") || table!.some((value, i) => value !== head[i])) {
      throw new AdapterError(
        `tensor "${name}" differs from the embeddings that it is tied to; untie them in the base model first`,
      );
    }
  }

  #take(name: string, shape: readonly number[]): Float32Array {
    const info = this.#file.tensors.get(name);
    if (info === undefined) throw new AdapterError(`tensor "${name}" is missing`);
    if (info.shape.join() !== shape.join()) {
      throw new AdapterError(
        `tensor "${name}" is [${info.shape.join(", ")}], but the model makes it [${shape.join(", ")}]`,
      );
    }
    this.#left.delete(name);
    return this.#file.readFloat32(name);
  }
}

/** The tables of tokens: our names, and those of the checkpoint's modules. */
function rowModules(family: Family, config: DecoderConfig) {
  return family.tensors(config).flatMap(({ tensor, parameters }) => {
    const table = parameters[0] ?? "";
    const isTable = tokenTables(config).includes(table);
    return isTable ? [{ table, module: tensor.replace(/\.weight$/, "") }] : [];
  });
}

const endsIn = (module: string, name: string): boolean =>
  module === name || module.endsWith(`.${name}`);

const rowTensor = (module: string): string =>
  `${prefix}${module}.token_adapter.trainable_tokens_delta`;

const tensorName = (module: string, kind: string): string => `${prefix}${module}.${kind}`;

/**
 * Saves an adapter so that PEFT loads it, atomically.
 * @param name of the base on the Hub, or its folder; null where it has none
 * @param options what may be replaced
 * @throws {OverwriteError} when the folder holds what may not be replaced
 * @throws {AdapterError} for a PiSSA adapter: save what `asPlainLora` makes of it
 * @throws {StorageError} when the disk refuses
 */
export function saveAdapter(
  folder: string,
  adapter: LoraAdapter,
  base: AdapterBase,
  name: string | null,
  options: ReplaceOptions = {},
): void {
  const fill = (temporary: string) => {
    writeManifest(temporary, writeAdapterFiles(temporary, adapter, base, name));
  };
  writeFolderAtomically(folder, fill, options);
}

/**
 * The two files of an adapter, into a folder under construction.
 * @returns their sums
 * @throws {AdapterError} for a PiSSA adapter, whose numbers fit the changed base alone
 */
export function writeAdapterFiles(
  folder: string,
  adapter: LoraAdapter,
  base: AdapterBase,
  name: string | null,
): Map<string, BlockSums> {
  if (adapter.config.initialise === "pissa") {
    throw new AdapterError(
      "PiSSA changes its base, so that its adapter alone gives wrong numbers over the original: save what asPlainLora makes of it",
    );
  }
  const config = writePeftConfig(adapter, name, rowsToSave(adapter, base));
  const bytes = printJson(folder, CONFIG, config);
  const tensors = `${STEM}.safetensors`;
  return new Map([
    [CONFIG, writeFileAtomically(join(folder, CONFIG), (sink) => sink.write(bytes))],
    // One file whatever its size: PEFT knows no shards of adapters.
    [tensors, writeSafetensors(join(folder, tensors), adapterTensors(adapter, base), METADATA)],
  ]);
}

function rowsToSave({ rows = [] }: LoraAdapter, { config, json }: AdapterBase): SavedRows[] {
  const modules = rowModules(familyOf(json), config);
  return rows.map(({ table, ids }) => {
    const { module } = modules.find((each) => each.table === table)!;
    return { module: module.split(".").at(-1)!, ids };
  });
}

/** The tensors of an adapter under PEFT's names. */
export function* adapterTensors(adapter: LoraAdapter, base: AdapterBase): Generator<Tensor> {
  const { modules, saved, weights, config } = adapter;
  const tensor = (name: string, shape: readonly number[], data: Float32Array): Tensor => ({
    name,
    dtype: "F32",
    shape,
    data,
  });
  for (const { name, linears, inputs, groups, rank } of modules) {
    const joined = (kind: string) =>
      joinRows(
        linears.map(({ path }) => weights.get(`${path}.${kind}`)!),
        groups,
      );
    const outputs = linears.reduce((total, part) => total + part.outputs, 0);
    const a = weights.get(`${linears[0]!.path}.loraA`)!;
    yield tensor(tensorName(name, "lora_A.weight"), [rank, inputs], a);
    yield tensor(tensorName(name, "lora_B.weight"), [outputs, rank], joined("loraB"));
    if (config.useDora) {
      yield tensor(tensorName(name, "lora_magnitude_vector"), [outputs], joined("loraMagnitude"));
    }
  }
  yield* savedTensors(saved, weights, base);
  for (const { table, module } of rowModules(familyOf(base.json), base.config)) {
    const rows = adapter.rows?.find((each) => each.table === table);
    if (rows === undefined) continue;
    const shape = [rows.ids.length, base.config.hiddenSize];
    yield tensor(rowTensor(module), shape, weights.get(rowsOf(table))!);
  }
}

function* savedTensors(
  saved: readonly string[],
  weights: ReadonlyMap<string, Float32Array>,
  { config, json }: AdapterBase,
): Generator<Tensor> {
  const shapes = shapesByName(config);
  for (const mapping of familyOf(json).tensors(config)) {
    if (!mapping.parameters.every((name) => saved.includes(name))) continue;
    const packed = packTensor(mapping, shapes, weights);
    yield { ...packed, name: prefix + packed.name, dtype: "F32" };
    const isTiedTable = config.tieEmbeddings && mapping.parameters[0] === "embedding.weight";
    if (isTiedTable) yield { ...packed, name: `${prefix}lm_head.weight`, dtype: "F32" };
  }
}
