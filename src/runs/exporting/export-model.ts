/** Writes a model, or an adapter, for other programs to read. */
import { existsSync } from "node:fs";
import {
  checkReplaceable,
  modelContents,
  type ReplaceOptions,
  type SavedDtype,
  saveAdapterCheckpoint,
  saveCheckpoint,
} from "../../../checkpoints/index.ts";
import { startEngine } from "../../../engine/index.ts";
import { UsageError } from "../../../errors/index.ts";
import { mergeAdapter } from "../../../models/index.ts";
import { type LoadedModel, loadModel, type ModelRequest } from "../loading/load-model.ts";
import { type ExportedFiles, type ExportFormat, pythonLines } from "./python-lines.ts";

export type { ExportFormat } from "./python-lines.ts";

export interface ExportRequest extends ModelRequest {
  /** `hf` unless given. */
  readonly format?: ExportFormat;
  /** Of a whole model's numbers; float32 unless given. */
  readonly dtype?: SavedDtype;
  /** A new folder, or that of an earlier export. */
  readonly to: string;
  /** Replace whatever the folder holds. */
  readonly force?: boolean;
  /** Refuse a model without an adapter; with `hf` any adapter is merged. */
  readonly merge?: boolean;
}

export interface Exported {
  readonly to: string;
  readonly format: ExportFormat;
  readonly dtype: SavedDtype;
  /** Linear layers that an adapter changes: merged into the model, or written as they are. */
  readonly modules: number;
  /** Lines of Python that load it. */
  readonly python: readonly string[];
}

/**
 * Saves a trained model for transformers, or an adapter for PEFT; an adapter is merged into a whole model.
 * @throws UsageError where there is no adapter to write
 * @throws OverwriteError where the folder holds what would be lost
 * @throws CheckpointError, HubError, StorageError
 * @example
 * await exportModel({ model: "runs/icons", to: "models/icons", dtype: "bfloat16" });
 * await exportModel({ model: "runs/lora", to: "adapters/icons", format: "peft" });
 */
export async function exportModel(request: ExportRequest): Promise<Exported> {
  const { format = "hf", dtype = "float32", to, model, adapter } = request;
  const replace = request.force === true ? "forced" : "exports";
  const named = [model, adapter].flatMap((name) =>
    name !== undefined && existsSync(name) ? [name] : [],
  );
  // Before the model is loaded, which may take minutes.
  checkReplaceable(to, { replace, sources: named });
  const { engine } = await startEngine("onnx");
  try {
    const loaded = await loadModel(engine, request);
    const read = [loaded.folder, loaded.base].filter((folder) => folder !== null);
    const options = { replace, sources: [...named, ...read] } as const;
    if (request.merge === true && loaded.adapter === null) {
      throw new UsageError(
        `${loaded.folder}: a whole model, and no adapter to merge; name one by --adapter`,
      );
    }
    if (format === "hf") writeModel(loaded, to, dtype, options);
    else writeAdapter(loaded, to, options);
    const modules = loaded.adapter?.modules.length ?? 0;
    return { to, format, dtype, modules, python: pythonLines(filesOf(loaded, { to, format })) };
  } finally {
    engine.dispose();
  }
}

function filesOf(
  { model, json, base, tokenizer }: LoadedModel,
  { to, format }: Pick<ExportedFiles, "to" | "format">,
): ExportedFiles {
  const { vocabularySize } = model.config;
  const rows = json.vocab_size;
  const baseVocabularySize = typeof rows === "number" ? rows : vocabularySize;
  const files = { to, format, base, vocabularySize, baseVocabularySize };
  return { ...files, tokenizer: tokenizer !== undefined };
}

function writeModel(
  loaded: LoadedModel,
  to: string,
  dtype: SavedDtype,
  options: ReplaceOptions,
): void {
  const { model, adapter, json } = loaded;
  const weights = adapter === null ? model.weights() : mergeAdapter(model.weights(), adapter);
  const contents = modelContents(model, { base: json, weights, dtype });
  saveCheckpoint(to, { ...contents, ...partsOf(loaded) }, options);
}

function writeAdapter(loaded: LoadedModel, to: string, options: ReplaceOptions): void {
  const { model, adapter, json, base, folder } = loaded;
  if (adapter === null) {
    throw new UsageError(`${folder}: a whole model, and no adapter; export it with --format hf`);
  }
  const over = { config: model.config, json };
  saveAdapterCheckpoint(to, adapter, over, base, partsOf(loaded), options);
}

function partsOf({ tokenizer, tokenizerSettings, generationConfig }: LoadedModel) {
  return {
    tokenizerSettings,
    ...(tokenizer === undefined ? {} : { tokenizer }),
    ...(generationConfig === undefined ? {} : { generationConfig }),
  };
}
