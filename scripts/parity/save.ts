/** Saves goldens again, with the logits computed here, for the other framework to load. */
import { join } from "node:path";
import {
  adaptedModel,
  type CheckpointFiles,
  loadAdapter,
  modelContents,
  modelFromCheckpoint,
  saveAdapter,
  saveCheckpoint,
  writeSafetensors,
} from "../../checkpoints/index.ts";
import type { Engine } from "../../engine/index.ts";
import {
  asPlainLora,
  extendVocabulary,
  familyOf,
  type LoraConfig,
  logits,
  Model,
  newLora,
  type VocabularyExtension,
} from "../../models/index.ts";
import type { Golden, GoldenAdapter, GoldenTokenizer } from "../../tests/golden/golden.ts";
import { baseTokenizerFromJSON, createSemanticTokenizer } from "../../tokenizer/index.ts";

/** As tests/golden/check_saved.py reads it. */
export interface SavedCase {
  readonly name: string;
  readonly folder: string;
  /** What it was made of: the other framework's own. */
  readonly original: string;
  /** Folder of the base, where `folder` holds an adapter. */
  readonly base: string | null;
  readonly tokens: readonly (readonly number[])[];
  /** Lines of Python that make `model`, where it is not to be loaded by its folder. */
  readonly lines?: readonly string[];
  /** Texts and their ids here, where `folder` holds a tokenizer. */
  readonly encodings?: readonly { readonly text: string; readonly ids: readonly number[] }[];
}

export function saveDecoderCase(engine: Engine, golden: Golden, folder: string): SavedCase {
  const model = modelFromCheckpoint(engine, golden.checkpoint);
  saveCheckpoint(folder, modelContents(model, { base: golden.checkpoint.config }));
  const { tokens } = golden.expected;
  writeLogits(folder, model, tokens);
  model.dispose();
  return { name: golden.name, folder, original: golden.folder, base: null, tokens };
}

/** The adapter loaded from the golden and saved again. */
export function saveAdapterCase(
  engine: Engine,
  golden: GoldenAdapter,
  bases: string,
  folder: string,
): SavedCase {
  const { model } = adaptedModel(engine, golden.checkpoint, golden.folder);
  const base = { config: model.config, json: golden.checkpoint.config };
  const { adapter } = loadAdapter(golden.folder, base);
  saveAdapter(folder, adapter, base, golden.expected.base);
  const { tokens } = golden.expected;
  writeLogits(folder, model, tokens);
  model.dispose();
  return {
    name: `adapter ${golden.name}`,
    folder,
    original: golden.folder,
    base: join(bases, golden.expected.base),
    tokens,
  };
}

/**
 * Seven new tokens, rows in multiples of 16; the last new token is among those fed.
 */
export function saveExtended(engine: Engine, golden: Golden, folder: string): SavedCase {
  const first = golden.checkpoint.config.vocab_size as number;
  const initialise = { kind: "distribution", seed: 1, covarianceScale: 1 } as const;
  const extension = { firstId: first, count: 7, multipleOf: 16, initialise };
  const saved = saveWithRows(engine, golden, folder, extension, {});
  return { ...saved, name: `${golden.name} with 7 new tokens` };
}

/** The model with a tokenizer, to which the semantic tokenizer's tokens were added. */
export function saveWithTokenizer(
  engine: Engine,
  golden: Golden,
  tokenizer: GoldenTokenizer,
  folder: string,
): SavedCase {
  const base = baseTokenizerFromJSON(tokenizer.json);
  const svgTokenizer = createSemanticTokenizer({ base });
  const { vocabulary } = svgTokenizer;
  const firstId = golden.checkpoint.config.vocab_size as number;
  const { bos, eos, pad } = vocabulary.special;
  const parts = {
    tokenizer: svgTokenizer.toJSON(),
    generationConfig: { bos_token_id: bos, eos_token_id: eos, pad_token_id: pad },
  };
  const count = vocabulary.size - firstId;
  const initialise = { kind: "distribution", seed: 1, covarianceScale: 1 } as const;
  const extension = { firstId, count, multipleOf: 1, initialise };
  const saved = saveWithRows(engine, golden, folder, extension, parts);
  const extended = baseTokenizerFromJSON(parts.tokenizer);
  return {
    ...saved,
    name: `${golden.name} with ${tokenizer.name}'s tokenizer and ${vocabulary.size - base.size} SVG tokens`,
    encodings: tokenizer.texts.map((text) => ({ text, ids: extended.encode(text) })),
  };
}

function saveWithRows(
  engine: Engine,
  golden: Golden,
  folder: string,
  extension: VocabularyExtension,
  parts: CheckpointFiles,
): SavedCase {
  const model = modelFromCheckpoint(engine, golden.checkpoint);
  const extended = extendVocabulary(model.config, model.weights(), extension);
  const longer = new Model(engine, extended.config, extended.weights);
  const contents = modelContents(longer, { base: golden.checkpoint.config });
  const config = { ...contents.config, ...parts.generationConfig };
  saveCheckpoint(folder, { ...parts, ...contents, config });
  const last = extension.firstId + extension.count - 1;
  const tokens = golden.expected.tokens.map((row) => [...row.slice(0, -1), last]);
  writeLogits(folder, longer, tokens);
  for (const each of [model, longer]) each.dispose();
  return { name: golden.name, folder, original: golden.folder, base: null, tokens };
}

/**
 * An adapter that starts by PiSSA, moved as training would, saved over the model as it was.
 * @param golden an adapter of Python's over the same base.
 */
export function savePissa(
  engine: Engine,
  golden: GoldenAdapter,
  bases: string,
  lora: LoraConfig,
  folder: string,
): SavedCase {
  const model = modelFromCheckpoint(engine, golden.checkpoint);
  const { config: json } = golden.checkpoint;
  const { adapter, base } = newLora(familyOf(json), model.config, model.weights(), lora, 1);
  const moved = [...adapter.weights].map(
    ([part, values]) => [part, values.map((value, i) => value + 0.1 * Math.sin(i + 1))] as const,
  );
  const trained = { ...adapter, weights: new Map(moved) };
  const { base: name } = golden.expected;
  saveAdapter(folder, asPlainLora(trained, adapter), { config: model.config, json }, name);
  const over = new Model(engine, model.config, base);
  over.attach("pissa", trained);
  const { tokens } = golden.expected;
  writeLogits(folder, over, tokens);
  for (const each of [model, over]) each.dispose();
  const kind = `${lora.useRslora ? " rsLoRA" : ""}${lora.useDora ? " DoRA" : ""}`;
  return {
    name: `adapter PiSSA${kind} over ${name}`,
    folder,
    original: golden.folder,
    base: join(bases, name),
    tokens,
  };
}

function writeLogits(folder: string, model: Model, tokens: readonly (readonly number[])[]): void {
  const shape = [tokens.length, tokens[0]!.length, model.config.vocabularySize];
  const data = logits(model, tokens);
  writeSafetensors(join(folder, "ours.safetensors"), [
    { name: "logits", dtype: "F32", shape, data },
  ]);
}
