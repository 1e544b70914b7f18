/** A model that has learned nothing and so goes on drawing to the end of its context, and adapters over it. */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { modelContents, saveAdapter, saveCheckpoint } from "../../checkpoints/index.ts";
import { startEngine } from "../../engine/index.ts";
import {
  type DecoderConfig,
  familyFor,
  initialWeights,
  Model,
  newLora,
  plainLora,
} from "../../models/index.ts";
import { createPathTokenizer, strokeIconOptions } from "../../tokenizer/index.ts";
import { llamaLike } from "../models/configs.ts";
import { moved } from "../models/lora/tiny-adapter.ts";

export interface SlowModel {
  readonly folder: string;
  readonly adapters: Readonly<Record<string, string>>;
}

export async function slowModel(contextLength: number): Promise<SlowModel> {
  const { engine } = await startEngine("onnx", { threads: 1 });
  const tokenizer = createPathTokenizer({ options: strokeIconOptions });
  const config: DecoderConfig = {
    ...llamaLike,
    vocabularySize: tokenizer.vocabulary.size,
    contextLength,
  };
  const weights = initialWeights(config, { seed: 2, std: 0.3 });
  // The end's logit is always 0: among hundreds that may follow it is never the largest.
  const { eos } = tokenizer.vocabulary.special;
  const { hiddenSize } = config;
  weights.get("head.weight")?.fill(0, eos * hiddenSize, (eos + 1) * hiddenSize);
  const model = new Model(engine, config, weights);
  const folder = mkdtempSync(join(tmpdir(), "pathloom-serve-"));
  const base = join(folder, "base");
  const contents = modelContents(model);
  saveCheckpoint(base, { ...contents, tokenizer: tokenizer.toJSON() });
  const adapters = [1, 2].map((seed) => {
    const name = `adapter-${seed}`;
    const options = { ...plainLora, rank: 2, alpha: 4 };
    const { adapter } = newLora(familyFor(config), config, weights, options, seed);
    saveAdapter(
      join(folder, name),
      moved(adapter, 0.2 * seed),
      { config, json: contents.config },
      base,
    );
    return [name, join(folder, name)] as const;
  });
  engine.dispose();
  return { folder: base, adapters: Object.fromEntries(adapters) };
}
