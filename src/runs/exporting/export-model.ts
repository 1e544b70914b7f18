/** Writes a model, or an adapter, for other programs to read. */
import { existsSync, statSync } from "node:fs";
import { basename, resolve } from "node:path";
import {
  checkReplaceable,
  type GgufType,
  modelContents,
  type OnnxContents,
  type OnnxDtype,
  OverwriteError,
  onnxDtypes,
  onnxFiles,
  type ReplaceOptions,
  type SavedDtype,
  saveAdapterCheckpoint,
  saveCheckpoint,
  saveGguf,
  saveOnnx,
} from "../../../checkpoints/index.ts";
import { startEngine } from "../../../engine/index.ts";
import { UsageError } from "../../../errors/index.ts";
import { mergeAdapter } from "../../../models/index.ts";
import {
  encodePrompt,
  type SvgTokenizer,
  saysTokenizer,
  tokenizerFromJSON,
} from "../../../tokenizer/index.ts";
import { resolveConfig } from "../../config/index.ts";
import { type LoadedModel, loadModel, type ModelRequest } from "../loading/load-model.ts";
import { runConfigOf } from "../loading/model-source.ts";
import { addDemoFiles, type DemoSettings, demoSources } from "./demo-folder.ts";
import { type ExportedFiles, type ExportFormat, loadingLines } from "./loading-lines.ts";

export { type ExportFormat, exportFormats } from "./loading-lines.ts";

export interface ExportRequest extends ModelRequest {
  /** `hf` unless given. */
  readonly format?: ExportFormat;
  /** Of a whole model's numbers; float32 unless given. */
  readonly dtype?: SavedDtype;
  /** Which files `onnx` writes; all unless given. */
  readonly onnxDtypes?: readonly OnnxDtype[];
  /** How `gguf` keeps matrices; f16 unless given. */
  readonly ggufType?: GgufType;
  /** False leaves the tokenizer out of `gguf`, for programs that feed ids. */
  readonly withTokenizer?: boolean;
  /** A new folder, or that of an earlier export; of `gguf` a file that ends in `.gguf`. */
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
  /** Lines of a program that load it. */
  readonly loading: { readonly language: string; readonly lines: readonly string[] };
  /** Files of weights and their bytes, of formats that have several. */
  readonly files: Readonly<Record<string, number>>;
}

/**
 * Saves a trained model for transformers, transformers.js or llama.cpp, or an adapter for PEFT; an adapter is merged
 * into a whole model.
 * @throws UsageError where there is no adapter to write
 * @throws OverwriteError where the folder holds what would be lost
 * @throws CheckpointError, HubError, StorageError
 * @example
 * await exportModel({ model: "runs/icons", to: "models/icons", dtype: "bfloat16" });
 * await exportModel({ model: "runs/lora", to: "adapters/icons", format: "peft" });
 * await exportModel({ model: "runs/icons", to: "site", format: "demo" });
 * await exportModel({ model: "runs/icons", to: "icons.gguf", format: "gguf", ggufType: "q8_0" });
 */
export async function exportModel(request: ExportRequest): Promise<Exported> {
  const { format = "hf", dtype = "float32", to, model, adapter } = request;
  const replace = request.force === true ? "forced" : "exports";
  const named = [model, adapter].flatMap((name) =>
    name !== undefined && existsSync(name) ? [name] : [],
  );
  // Before the model is loaded, which may take minutes.
  if (format === "demo") demoSources();
  if (format === "gguf") checkFile(to, request.force === true);
  else checkReplaceable(to, { replace, sources: named });
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
    const files = write(loaded, request, options);
    const modules = loaded.adapter?.modules.length ?? 0;
    const loading = loadingLines(filesOf(loaded, { to, format }));
    return { to, format, dtype, modules, loading, files: Object.fromEntries(files) };
  } finally {
    engine.dispose();
  }
}

/** @returns files of weights and their bytes, where there are several. */
function write(
  loaded: LoadedModel,
  request: ExportRequest,
  options: ReplaceOptions,
): Map<string, number> {
  const { format = "hf", dtype = "float32", to, onnxDtypes: dtypes = onnxDtypes } = request;
  if (format === "gguf") return writeGguf(loaded, request);
  if (format === "hf") writeModel(loaded, to, dtype, options);
  else if (format === "peft") writeAdapter(loaded, to, options);
  else if (format === "demo") return writeDemo(loaded, request, options);
  else return writeOnnx(loaded, to, { dtypes }, options);
  return new Map();
}

/** The prompt of a caption, as text. */
function promptOf(tokenizer: SvgTokenizer): string {
  const caption = tokenizer.encodeText("heart");
  const ids = [...encodePrompt(tokenizer, "heart"), tokenizer.vocabulary.special.drawing];
  const isText = new Set(caption);
  const token = (id: number) =>
    isText.has(id) ? tokenizer.decodeText([id]) : tokenizer.vocabulary.token(id);
  return ids.map(token).join("");
}

/** @throws UsageError for what is no file of that kind, OverwriteError for one that is there. */
function checkFile(path: string, force: boolean): void {
  if (!path.endsWith(".gguf")) {
    throw new UsageError(`${path}: the format gguf is one file; name it so that it ends in .gguf`);
  }
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined || (found.isFile() && force)) return;
  const reason = found.isFile()
    ? "this file is there already; choose another one, or --force to lose it"
    : "this is no file; choose another name";
  throw new OverwriteError("file", resolve(path), reason);
}

function writeGguf(
  loaded: LoadedModel,
  { to, ggufType: type = "f16", withTokenizer = true }: ExportRequest,
): Map<string, number> {
  const { model, json, tokenizer, tokenizerSettings, generationConfig } = loaded;
  const name = basename(to, ".gguf");
  const ids: Readonly<Record<string, unknown>> = { ...json, ...generationConfig };
  const contents = { decoder: model.config, weights: weightsOf(loaded), name, type, ids };
  const text = withTokenizer && tokenizer !== undefined ? { tokenizer, tokenizerSettings } : {};
  const { bytes } = saveGguf(to, { ...contents, ...text });
  return new Map([[name, bytes]]);
}

function filesOf(
  { model, json, base, tokenizer }: LoadedModel,
  { to, format }: Pick<ExportedFiles, "to" | "format">,
): ExportedFiles {
  const { vocabularySize } = model.config;
  const rows = json.vocab_size;
  const baseVocabularySize = typeof rows === "number" ? rows : vocabularySize;
  const files = { to, format, base, vocabularySize, baseVocabularySize };
  const prompt = saysTokenizer(tokenizer) ? promptOf(tokenizerFromJSON(tokenizer)) : undefined;
  return { ...files, tokenizer: tokenizer !== undefined, prompt };
}

/** With its adapter merged. */
function weightsOf({ model, adapter }: LoadedModel): Map<string, Float32Array> {
  return adapter === null ? model.weights() : mergeAdapter(model.weights(), adapter);
}

function writeOnnx(
  loaded: LoadedModel,
  to: string,
  own: Pick<OnnxContents, "dtypes" | "addFiles">,
  options: ReplaceOptions,
): Map<string, number> {
  const { model, json } = loaded;
  const weights = weightsOf(loaded);
  const { torch_dtype: _dtype, ...config } = modelContents(model, { base: json, weights }).config;
  const contents = { decoder: model.config, weights, config, ...own, ...partsOf(loaded) };
  return saveOnnx(to, contents, options);
}

/** The page, with what it is told of its model: the recipe of the run, where there is one, says how it draws. */
function writeDemo(
  loaded: LoadedModel,
  { to, model: named, onnxDtypes: [dtype = "fp16"] = [] }: ExportRequest,
  options: ReplaceOptions,
): Map<string, number> {
  const { config } = loaded.model;
  if (!saysTokenizer(loaded.tokenizer)) {
    throw new UsageError(`${loaded.folder}: no model that draws, as the page needs one`);
  }
  const run = named === undefined ? undefined : runConfigOf({ run: named }, []);
  const { temperature, guidance, topP } = (run ?? resolveConfig({ train: { steps: 1 } })).generate;
  const settings: DemoSettings = {
    name: basename(resolve(named ?? loaded.folder)),
    model: `onnx/${onnxFiles[dtype]}`,
    layers: config.layers,
    kvHeads: config.kvHeads,
    headDim: config.headDim,
    contextLength: config.contextLength,
    defaults: { temperature, guidance, topP },
  };
  const sources = demoSources();
  const addFiles = (folder: string) => addDemoFiles(folder, sources, settings);
  return writeOnnx(loaded, to, { dtypes: [dtype], addFiles }, options);
}

function writeModel(
  loaded: LoadedModel,
  to: string,
  dtype: SavedDtype,
  options: ReplaceOptions,
): void {
  const { model, json } = loaded;
  const weights = weightsOf(loaded);
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
