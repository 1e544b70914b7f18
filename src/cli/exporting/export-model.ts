/** Writes a model, or an adapter, for other programs to read. */
import {
  modelContents,
  type SavedDtype,
  saveAdapterCheckpoint,
  saveCheckpoint,
} from "../../../checkpoints/index.ts";
import { mergeAdapter } from "../../../models/index.ts";
import { startEngine } from "../../engine/index.ts";
import { UsageError } from "../exit.ts";
import { type LoadedModel, loadModel, type ModelRequest } from "../loading/load-model.ts";

/** `hf`: a whole model in the Hugging Face layout. `peft`: an adapter in PEFT's. */
export type ExportFormat = "hf" | "peft";

export interface ExportRequest extends Omit<ModelRequest, "storage"> {
  readonly format: ExportFormat;
  readonly dtype: SavedDtype;
  readonly to: string;
}

export interface Exported {
  readonly to: string;
  readonly format: ExportFormat;
  readonly dtype: SavedDtype;
  /** Linear layers that an adapter changes: merged into the model, or written as they are. */
  readonly modules: number;
}

/** @throws UsageError where there is no adapter to write, CheckpointError, HubError, StorageError */
export async function exportModel(request: ExportRequest): Promise<Exported> {
  const { format, dtype, to } = request;
  const { engine } = await startEngine("onnx");
  try {
    const loaded = await loadModel(engine, request);
    if (format === "hf") writeModel(loaded, to, dtype);
    else writeAdapter(loaded, to);
    return { to, format, dtype, modules: loaded.adapter?.modules.length ?? 0 };
  } finally {
    engine.dispose();
  }
}

function writeModel(loaded: LoadedModel, to: string, dtype: SavedDtype): void {
  const { model, adapter, json } = loaded;
  const weights = adapter === null ? model.weights() : mergeAdapter(model.weights(), adapter);
  saveCheckpoint(to, {
    ...modelContents(model, { base: json, weights, dtype }),
    ...partsOf(loaded),
  });
}

function writeAdapter(loaded: LoadedModel, to: string): void {
  const { model, adapter, json, base, folder } = loaded;
  if (adapter === null) {
    throw new UsageError(`${folder}: a whole model, and no adapter; export it with --format hf`);
  }
  saveAdapterCheckpoint(to, adapter, { config: model.config, json }, base, partsOf(loaded));
}

function partsOf({ tokenizer, generationConfig }: LoadedModel) {
  return {
    ...(tokenizer === undefined ? {} : { tokenizer }),
    ...(generationConfig === undefined ? {} : { generationConfig }),
  };
}
