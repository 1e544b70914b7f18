/** Saves goldens again, with the logits computed here, for the other framework to load. */
import { join } from "node:path";
import {
  loadAdapter,
  modelContents,
  modelFromCheckpoint,
  saveAdapter,
  saveCheckpoint,
  writeSafetensors,
} from "../../checkpoints/index.ts";
import { extendVocabulary, logits, Model } from "../../models/index.ts";
import type { Engine } from "../../src/engine/index.ts";
import type { Golden, GoldenAdapter } from "../../tests/golden/golden.ts";

/** As tests/golden/check_saved.py reads it. */
export interface SavedCase {
  readonly name: string;
  readonly folder: string;
  /** What it was made of: the other framework's own. */
  readonly original: string;
  /** Folder of the base, where `folder` holds an adapter. */
  readonly base: string | null;
  readonly tokens: readonly (readonly number[])[];
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
  const model = modelFromCheckpoint(engine, golden.checkpoint);
  const base = { config: model.config, json: golden.checkpoint.config };
  const { adapter } = loadAdapter(golden.folder, base);
  saveAdapter(folder, adapter, base, golden.expected.base);
  model.attach("golden", adapter);
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

/** Seven new tokens, rows in multiples of 16; the last new token is among those fed. */
export function saveExtended(engine: Engine, golden: Golden, folder: string): SavedCase {
  const model = modelFromCheckpoint(engine, golden.checkpoint);
  const firstId = model.config.vocabularySize;
  const extended = extendVocabulary(model.config, model.weights(), {
    firstId,
    count: 7,
    multipleOf: 16,
    initialise: { kind: "distribution", seed: 1, covarianceScale: 1 },
  });
  const longer = new Model(engine, extended.config, extended.weights);
  saveCheckpoint(folder, modelContents(longer, { base: golden.checkpoint.config }));
  const tokens = golden.expected.tokens.map((row) => [...row.slice(0, -1), firstId + 6]);
  writeLogits(folder, longer, tokens);
  for (const each of [model, longer]) each.dispose();
  const name = `${golden.name} with 7 new tokens`;
  return { name, folder, original: golden.folder, base: null, tokens };
}

function writeLogits(folder: string, model: Model, tokens: readonly (readonly number[])[]): void {
  const shape = [tokens.length, tokens[0]!.length, model.config.vocabularySize];
  const data = logits(model, tokens);
  writeSafetensors(join(folder, "ours.safetensors"), [
    { name: "logits", dtype: "F32", shape, data },
  ]);
}
