/** A model on an engine, with its adapter and its tokenizer. */

import {
  type AdapterCheckpoint,
  adaptedModel,
  modelFromCheckpoint,
  type SavedModel,
  type TokenizerSettings,
} from "../../../checkpoints/index.ts";
import type { Engine } from "../../../engine/index.ts";
import { UsageError } from "../../../errors/index.ts";
import type { ConfigJson, LoraAdapter, Model, WeightDtype } from "../../../models/index.ts";
import { LoadingBar } from "../../report/index.ts";
import { runStateOf } from "../checkpoints.ts";
import { openBaseOf, openSource } from "./locate-model.ts";

export interface ModelRequest {
  /** A run, a checkpoint, a folder in the Hugging Face layout, or an id of the Hub. */
  readonly model?: string | undefined;
  /** A folder with an adapter; its base is what `model` says, or what the adapter's own file says. */
  readonly adapter?: string | undefined;
  /** How the frozen weights are kept; float32 unless given. */
  readonly weightDtype?: WeightDtype | undefined;
  /** Is told of damaged checkpoints that are passed over. */
  readonly notice?: ((message: string) => void) | undefined;
}

/**
 * A model on an engine, with what was saved beside its weights.
 * @example
 * const loaded: LoadedModel = await loadModel(engine, { model: "models/icons" });
 * const generator = new SvgGenerator(loaded.model, tokenizerFromJSON(loaded.tokenizer));
 */
export interface LoadedModel {
  readonly model: Model;
  /** Over the model and active; null where there is none. */
  readonly adapter: LoraAdapter | null;
  /** config.json of the model. */
  readonly json: ConfigJson;
  /** `tokenizer.json` of the adapter, else of the model; undefined where there is none. */
  readonly tokenizer: unknown;
  /** What the tokenizer is used with: the adapter's, else the model's. */
  readonly tokenizerSettings: TokenizerSettings;
  readonly generationConfig: object | undefined;
  /** Where the weights that were trained last lie. */
  readonly folder: string;
  /** The folder of the model under the adapter; null without one. */
  readonly base: string | null;
}

/**
 * Loads a run, a checkpoint, a folder in the Hugging Face layout or a model of the Hub, and an adapter over it.
 * @throws UsageError when neither a model nor an adapter is named.
 * @throws CheckpointError, HubError
 * @example
 * const { model, tokenizer } = await loadModel(engine, { model: "runs/icons", weightDtype: "int8" });
 * const generator = new SvgGenerator(model, tokenizerFromJSON(tokenizer));
 */
export async function loadModel(
  engine: Engine,
  { model, adapter, weightDtype, notice = () => {} }: ModelRequest,
): Promise<LoadedModel> {
  if (adapter !== undefined) {
    return loadSaved(engine, await openAdapter(adapter, notice), weightDtype, model);
  }
  if (model === undefined)
    throw new UsageError("name a model by --model, or an adapter by --adapter");
  return loadSaved(engine, await openSource(model, notice), weightDtype);
}

/**
 * Loads what was opened, and closes it.
 * @param named the model under an adapter, instead of what the adapter says.
 */
export async function loadSaved(
  engine: Engine,
  saved: SavedModel,
  weightDtype: WeightDtype = "float32",
  named?: string,
): Promise<LoadedModel> {
  const bar = new LoadingBar(process.stderr, "loading the model");
  const options = { weightDtype, frozen: true, onProgress: bar.update };
  try {
    if (saved.kind === "adapter") return await loadAdapted(engine, saved, options, named);
    return {
      model: modelFromCheckpoint(engine, saved, options),
      adapter: null,
      json: saved.config,
      tokenizer: saved.tokenizer,
      tokenizerSettings: saved.tokenizerSettings,
      generationConfig: saved.generationConfig,
      folder: saved.folder,
      base: null,
    };
  } finally {
    bar.finish();
    saved.close();
  }
}

async function openAdapter(
  folder: string,
  notice: (message: string) => void,
): Promise<AdapterCheckpoint> {
  const saved = await openSource(folder, notice);
  if (saved.kind === "adapter") return saved;
  saved.close();
  throw new UsageError(`${folder}: a whole model, not an adapter; name it by --model`);
}

async function loadAdapted(
  engine: Engine,
  saved: AdapterCheckpoint,
  options: Parameters<typeof modelFromCheckpoint>[2],
  named: string | undefined,
): Promise<LoadedModel> {
  const base = await openBaseOf(saved, named);
  try {
    const vocabularySize = runStateOf(saved)?.base?.vocabularySize;
    return {
      ...adaptedModel(engine, base, saved.folder, { ...options, vocabularySize }),
      json: base.config,
      tokenizer: saved.tokenizer ?? base.tokenizer,
      tokenizerSettings: withBase(saved.tokenizerSettings, base.tokenizerSettings),
      generationConfig: saved.generationConfig ?? base.generationConfig,
      folder: saved.folder,
      base: base.folder,
    };
  } finally {
    base.close();
  }
}

/** An adapter's file may say less than its base's: PEFT saves none unless asked to. */
function withBase(own: TokenizerSettings, base: TokenizerSettings): TokenizerSettings {
  return {
    config: base.config === undefined ? own.config : { ...base.config, ...own.config },
    chatTemplate: own.chatTemplate ?? base.chatTemplate,
  };
}
