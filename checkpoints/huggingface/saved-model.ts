/**
 * What a folder may hold of a model: the whole of it, or an adapter over another one. An adapter's
 * checkpoint is what PEFT reads, with all that training needs to go on:
 *
 *     adapter_config.json  adapter_model.safetensors  tokenizer.json  generation_config.json
 *     training_state.json  optimizer.safetensors  checkpoint.json
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { LoraAdapter } from "../../models/index.ts";
import { locateFolder } from "../files/atomic-folder.ts";
import { CheckpointError } from "../files/checkpoint-error.ts";
import { MANIFEST_FILE, verifyManifest } from "../files/manifest.ts";
import type { ReplaceOptions } from "../files/overwrite.ts";
import { type AdapterBase, readAdapterConfig, writeAdapterFiles } from "../peft/adapter.ts";
import {
  type Checkpoint,
  type CheckpointFiles,
  incomplete,
  type LoadOptions,
  loadCheckpoint,
  type OpenFiles,
  openFiles,
  openSteadily,
  saveFiles,
} from "./checkpoint.ts";

/** An opened checkpoint of an adapter. */
export interface AdapterCheckpoint extends OpenFiles {
  readonly kind: "adapter";
  /** The model that it was trained over, as the file names it. */
  readonly base: string | null;
}

/**
 * What a folder holds, opened: a whole model, or an adapter over one.
 * @example
 * const saved: SavedModel = openSavedModel("models/icons", { acceptPlain: true });
 * console.log(saved.kind === "adapter" ? saved.base : saved.config.model_type);
 * saved.close();
 */
export type SavedModel = (Checkpoint & { readonly kind: "whole" }) | AdapterCheckpoint;

/** Whether a folder holds an adapter rather than a whole model. */
export function isAdapterFolder(folder: string): boolean {
  return existsSync(join(folder, "adapter_config.json"));
}

/**
 * Saves an adapter as a checkpoint, atomically.
 * @param name of the base on the Hub, or its folder
 * @param options what may be replaced
 * @throws {OverwriteError} when the folder holds what may not be replaced
 * @throws {StorageError} when the disk refuses
 */
export function saveAdapterCheckpoint(
  folder: string,
  adapter: LoraAdapter,
  base: AdapterBase,
  name: string | null,
  parts: CheckpointFiles,
  options: ReplaceOptions = {},
): void {
  const write = (temporary: string) => writeAdapterFiles(temporary, adapter, base, name);
  saveFiles(folder, parts, write, options);
}

/**
 * Opens a folder of either kind.
 * @param options `acceptPlain`: also what other programs saved, without a manifest
 * @throws {CheckpointError} naming what is missing or damaged
 * @example
 * const saved = openSavedModel("models/llama", { acceptPlain: true });
 * console.log(saved.kind, saved.folder);
 * saved.close();
 */
export function openSavedModel(folder: string, options: LoadOptions = {}): SavedModel {
  const located = locateFolder(folder);
  if (located === undefined || !isAdapterFolder(located)) {
    return { ...loadCheckpoint(folder, options), kind: "whole" };
  }
  return openSteadily(folder, (path) => openAdapter(path, options));
}

function openAdapter(path: string, { acceptPlain = false, whole }: LoadOptions): AdapterCheckpoint {
  const folder = locateFolder(path);
  if (folder === undefined) {
    throw new CheckpointError("missing", path, "there is no such folder; check the path");
  }
  const manifest = verifyManifest(folder, { whole });
  if (manifest === undefined && !acceptPlain) throw incomplete(folder, MANIFEST_FILE);
  const { base } = readAdapterConfig(folder);
  return { ...openFiles(folder, path, manifest), kind: "adapter", base };
}
