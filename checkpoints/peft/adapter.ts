/**
 * Adapters in PEFT's layout: `adapter_config.json` and `adapter_model.safetensors`, whose tensors are
 * named after the base model's modules.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import {
  AdapterError,
  type ConfigJson,
  type DecoderConfig,
  FamilyError,
  familyOf,
  joinRows,
  type LoraAdapter,
  packTensor,
  rowsOf,
  shapesByName,
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
import { AdapterReading } from "./adapter-reading.ts";
import { type PeftConfig, readPeftConfig, type SavedRows, writePeftConfig } from "./peft-config.ts";
import { separatesTables } from "./separate-tables.ts";
import {
  carriedTensor,
  matrixNames,
  prefix,
  rowTensor,
  tableModules,
  tensorName,
} from "./tensor-names.ts";

const CONFIG = "adapter_config.json";
const STEM = "adapter_model";
const METADATA = { format: "pt" };

/** Names and shapes of the model that an adapter is for. */
export interface AdapterBase {
  readonly config: DecoderConfig;
  /** config.json of the base, whose family names the modules. */
  readonly json: ConfigJson;
}

export interface LoadedAdapter {
  readonly adapter: LoraAdapter;
  /** The decoder that it is over: with a head of its own where the adapter tells it from the table. */
  readonly config: DecoderConfig;
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
    const apart = base.config.tieEmbeddings && separatesTables(family, base.config, config, file);
    const decoder = apart ? { ...base.config, tieEmbeddings: false } : base.config;
    const adapter = new AdapterReading(family, decoder, config, file).read();
    return { adapter, config: decoder, base: config.base };
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
  const modules = tableModules(familyOf(json), config);
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
  for (const { kind, name, linears, inputs, groups, rank } of modules) {
    const names = matrixNames(kind, name);
    const joined = (part: string) =>
      joinRows(
        linears.map(({ path }) => weights.get(`${path}.${part}`)!),
        groups,
      );
    const outputs = linears.reduce((total, part) => total + part.outputs, 0);
    const a = weights.get(`${linears[0]!.path}.loraA`)!;
    yield tensor(names.a, [rank, inputs], a);
    yield tensor(names.b, [outputs, rank], joined("loraB"));
    if (config.useDora) {
      yield tensor(tensorName(name, "lora_magnitude_vector"), [outputs], joined("loraMagnitude"));
    }
  }
  yield* savedTensors(saved, weights, base);
  for (const { table, module } of tableModules(familyOf(base.json), base.config)) {
    const carried = adapter.carried?.get(table);
    const { vocabularySize, hiddenSize } = base.config;
    if (carried !== undefined) {
      yield tensor(carriedTensor(module), [vocabularySize, hiddenSize], carried);
    }
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
