/**
 * A checkpoint: a folder in the Hugging Face layout, so that `transformers` and every other reader
 * of that layout can open it, plus what training needs to continue and the manifest that proves it
 * whole:
 *
 *     config.json  generation_config.json  tokenizer.json  tokenizer_config.json  chat_template.jinja
 *     model.safetensors        (or shards and model.safetensors.index.json)
 *     future_heads.safetensors (heads of tokens further on, which other readers pass over)
 *     training_state.json  optimizer.safetensors
 *     checkpoint.json
 *
 * It is saved under a temporary name and renamed when everything is on the disk. Loading verifies
 * the manifest, reads the small files, and opens the tensors without reading them.
 */
import { existsSync, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { writeFileAtomically } from "../files/atomic-file.ts";
import { locateFolder, writeFolderAtomically } from "../files/atomic-folder.ts";
import type { BlockSums } from "../files/block-sums.ts";
import { CheckpointError } from "../files/checkpoint-error.ts";
import { printJson, readJsonFile, readTextFile } from "../files/json-file.ts";
import { MANIFEST_FILE, type Manifest, verifyManifest, writeManifest } from "../files/manifest.ts";
import type { ReplaceOptions } from "../files/overwrite.ts";
import { StorageError } from "../files/storage-error.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../files/strict-json.ts";
import {
  openSafetensors,
  SafetensorsError,
  SafetensorsFile,
  type Tensor,
  type TensorReader,
  writeSafetensors,
  writeSafetensorsModel,
} from "../safetensors/index.ts";
import { type TokenizerSettings, tokenizerConfig } from "./tokenizer-config.ts";

const CONFIG = "config.json";
const GENERATION_CONFIG = "generation_config.json";
const TOKENIZER = "tokenizer.json";
const TOKENIZER_CONFIG = "tokenizer_config.json";
const CHAT_TEMPLATE = "chat_template.jinja";
const TRAINING_STATE = "training_state.json";
const OPTIMIZER = "optimizer.safetensors";
const MODEL = "model.safetensors";
const MODEL_INDEX = "model.safetensors.index.json";
const FUTURE_HEADS = "future_heads.safetensors";

const utf8 = new TextEncoder();

export interface CheckpointContents extends CheckpointFiles {
  /** The model's `config.json`. */
  readonly config: object;
  /** The model's weights. */
  readonly tensors: Iterable<Tensor>;
  /** Of heads of tokens further on, in a file of their own; none unless given. */
  readonly future?: Iterable<Tensor>;
  /** Beyond this the weights are split; see `WriteModelOptions`. */
  readonly maxShardBytes?: number;
}

/** What stands beside the weights. */
export interface CheckpointFiles {
  /** `tokenizer.json`. */
  readonly tokenizer?: unknown;
  readonly generationConfig?: object;
  /** Of the base model, to be kept. */
  readonly tokenizerSettings?: TokenizerSettings;
  /** Whatever the trainer needs to continue; it must survive JSON. */
  readonly trainingState?: object;
  /** The optimizer's moments. */
  readonly optimizer?: Iterable<Tensor>;
}

/** An opened checkpoint. The tensors stay on the disk until they are read. */
export interface Checkpoint extends OpenFiles {
  readonly config: JsonObject;
  readonly model: TensorReader;
  /** Of heads of tokens further on. */
  readonly future: TensorReader | undefined;
}

/** What stands beside the weights, opened. */
export interface OpenFiles {
  readonly folder: string;
  readonly generationConfig: JsonObject | undefined;
  readonly tokenizer: JsonValue | undefined;
  readonly tokenizerSettings: TokenizerSettings;
  readonly trainingState: JsonObject | undefined;
  readonly optimizer: TensorReader | undefined;
  /** Closes the files. */
  close(): void;
}

export interface LoadOptions {
  /** Accept a plain Hugging Face model: `config.json` and weights, no manifest. */
  readonly acceptPlain?: boolean;
  /**
   * Compare every byte with what was saved before anything is made of it. Unless given, the large
   * files of tensors are compared as they are read, which throws SafetensorsError "altered" then.
   */
  readonly whole?: boolean;
}

/**
 * Saves a checkpoint atomically and durably, replacing what was saved in that folder before.
 * @param options what may be replaced
 * @throws {OverwriteError} when the folder holds what may not be replaced
 * @throws {CheckpointError} "not-serializable" for values that JSON cannot hold
 * @throws {SafetensorsError} for tensors whose data do not fit
 * @throws {StorageError} when the disk refuses; what was there before is untouched
 */
export function saveCheckpoint(
  folder: string,
  contents: CheckpointContents,
  options: ReplaceOptions = {},
): void {
  const config = printJson(folder, CONFIG, contents.config);
  const writeWeights = (temporary: string) => {
    const ofConfig = writeFileAtomically(join(temporary, CONFIG), (sink) => sink.write(config));
    const { maxShardBytes, future } = contents;
    const limit = maxShardBytes === undefined ? {} : { maxShardBytes };
    const sums = writeSafetensorsModel(temporary, contents.tensors, limit).set(CONFIG, ofConfig);
    if (future === undefined) return sums;
    return sums.set(FUTURE_HEADS, writeSafetensors(join(temporary, FUTURE_HEADS), future));
  };
  saveFiles(folder, contents, writeWeights, options);
}

/**
 * Saves a checkpoint whose weights are written by the caller.
 * @param writeWeights is given the folder under construction, and gives the sums of its files
 * @param options what may be replaced
 */
export function saveFiles(
  folder: string,
  contents: CheckpointFiles,
  writeWeights: (temporary: string) => Map<string, BlockSums>,
  options: ReplaceOptions,
): void {
  const values: readonly (readonly [string, unknown])[] = [
    [GENERATION_CONFIG, contents.generationConfig],
    [TOKENIZER, contents.tokenizer],
    [TOKENIZER_CONFIG, tokenizerConfigOf(contents)],
    [TRAINING_STATE, contents.trainingState],
  ];
  const jsonFiles = values
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => [name, printJson(folder, name, value)] as const);
  const fill = (temporary: string) => {
    const sums = writeWeights(temporary);
    const template = contents.tokenizerSettings?.chatTemplate;
    const texts = template === undefined ? [] : [[CHAT_TEMPLATE, utf8.encode(template)] as const];
    for (const [name, bytes] of [...jsonFiles, ...texts]) {
      const ofFile = writeFileAtomically(join(temporary, name), (sink) => sink.write(bytes));
      sums.set(name, ofFile);
    }
    if (contents.optimizer !== undefined) {
      sums.set(OPTIMIZER, writeSafetensors(join(temporary, OPTIMIZER), contents.optimizer));
    }
    writeManifest(temporary, sums);
  };
  writeFolderAtomically(folder, fill, options);
}

function tokenizerConfigOf({
  tokenizer,
  tokenizerSettings,
  generationConfig = {},
}: CheckpointFiles) {
  if (tokenizer === undefined) return undefined;
  const ids = generationConfig as Readonly<Record<string, unknown>>;
  return tokenizerConfig(tokenizer, ids, tokenizerSettings?.config);
}

/**
 * Opens a checkpoint.
 * @throws {CheckpointError} naming the folder, the file that is missing or damaged, and what to do
 * @throws {StorageError} when the folder may not be read
 */
export function loadCheckpoint(folder: string, options: LoadOptions = {}): Checkpoint {
  return openSteadily(folder, (path) => openCheckpoint(path, options));
}

/** Opens a folder that a trainer may be replacing meanwhile. */
export function openSteadily<Opened extends { close(): void }>(
  folder: string,
  open: (path: string) => Opened,
): Opened {
  const path = resolve(folder);
  for (let attempt = 1; ; attempt++) {
    const before = identity(path);
    try {
      const checkpoint = open(path);
      if (identity(path) === before) return checkpoint;
      checkpoint.close();
    } catch (error) {
      // A trainer that replaces `best` meanwhile makes this folder look damaged: read the new one.
      if (identity(path) === before || attempt === MAX_ATTEMPTS) throw error;
    }
  }
}

/** Replacements of one folder that a reader outlives before it gives up. */
const MAX_ATTEMPTS = 5;

/** Tells one folder of a name from the next. */
function identity(path: string): string {
  const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stats === undefined ? "none" : `${stats.dev}:${stats.ino}`;
}

function openCheckpoint(path: string, { acceptPlain = false, whole }: LoadOptions): Checkpoint {
  const folder = locateFolder(path);
  if (folder === undefined) {
    throw new CheckpointError("missing", path, "there is no such folder; check the path");
  }
  const manifest = verifyManifest(folder, { whole });
  if (manifest === undefined) refuseUnlessPlain(folder, acceptPlain);

  const config = readObject(folder, CONFIG);
  if (config === undefined) throw incomplete(folder, CONFIG);
  const model = openTensors(folder, MODEL, () =>
    openSafetensors(folder, "model", manifest?.sumsOf),
  );
  let future: TensorReader | undefined;
  try {
    future = openOptional(folder, FUTURE_HEADS, manifest);
    const parts = openFiles(folder, path, manifest);
    const close = () => {
      model.close();
      future?.close();
      parts.close();
    };
    return { ...parts, config, model, future, close };
  } catch (error) {
    model.close();
    future?.close();
    throw error;
  }
}

/**
 * Opens what stands beside the weights.
 * @param path what to call the folder
 * @param manifest what its files are compared with
 */
export function openFiles(folder: string, path: string, manifest: Manifest | undefined): OpenFiles {
  const generationConfig = readObject(folder, GENERATION_CONFIG);
  const tokenizer = readJsonFile(folder, TOKENIZER);
  const chatTemplate = readTextFile(folder, CHAT_TEMPLATE);
  const tokenizerSettings = { config: readObject(folder, TOKENIZER_CONFIG), chatTemplate };
  const trainingState = readObject(folder, TRAINING_STATE);
  const optimizer = openOptional(folder, OPTIMIZER, manifest);
  const close = () => optimizer?.close();
  const files = { generationConfig, tokenizer, tokenizerSettings, trainingState, optimizer };
  return { folder: path, ...files, close };
}

/** A file of tensors that need not be there. */
function openOptional(
  folder: string,
  name: string,
  manifest: Manifest | undefined,
): TensorReader | undefined {
  const file = join(folder, name);
  if (!existsSync(file)) return undefined;
  return openTensors(folder, name, () => SafetensorsFile.open(file, manifest?.sumsOf(name)));
}

function refuseUnlessPlain(folder: string, acceptPlain: boolean): void {
  const has = (name: string) => existsSync(join(folder, name));
  const isPlain = has(CONFIG) && (has(MODEL) || has(MODEL_INDEX));
  if (isPlain && acceptPlain) return;
  if (has("pytorch_model.bin") || has("pytorch_model.bin.index.json")) {
    const reason =
      "its weights are a Python pickle, which can run any code when loaded; convert them to safetensors first (in Python: save_pretrained with safe_serialization=True)";
    throw new CheckpointError("unsafe-format", folder, reason, { file: "pytorch_model.bin" });
  }
  const missing = !acceptPlain ? MANIFEST_FILE : has(CONFIG) ? MODEL : CONFIG;
  throw incomplete(folder, missing);
}

export function incomplete(folder: string, file: string): CheckpointError {
  const why =
    file === MANIFEST_FILE
      ? "which is written last: saving was interrupted, or this is no checkpoint of pathloom"
      : "so it is neither a whole checkpoint nor a Hugging Face model";
  const reason = `it has no ${file}, ${why}; choose another folder beside ${basename(folder)}, or delete it`;
  return new CheckpointError("incomplete", folder, reason, { file });
}

function readObject(folder: string, name: string): JsonObject | undefined {
  const value = readJsonFile(folder, name);
  if (value === undefined || isJsonObject(value)) return value;
  throw new CheckpointError("corrupt", folder, `${name} is not a JSON object`, { file: name });
}

function openTensors(folder: string, file: string, open: () => TensorReader): TensorReader {
  try {
    return open();
  } catch (cause) {
    const isDamage =
      cause instanceof SafetensorsError ||
      (cause instanceof StorageError && cause.code === "not-found");
    if (!isDamage) throw cause;
    throw new CheckpointError("corrupt", folder, `${cause.message}; save or copy it again`, {
      file,
      cause,
    });
  }
}
