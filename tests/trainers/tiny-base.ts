/** A pretrained-like model in the true layout, small enough to be made in a moment. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { modelContents, saveCheckpoint } from "../../checkpoints/index.ts";
import { startEngine } from "../../engine/index.ts";
import {
  type ConfigJson,
  type DecoderConfig,
  familyFor,
  familyOf,
  initialWeights,
  Model,
} from "../../models/index.ts";
import { bytePairTokenizerJSON, trainBytePairs } from "../../tokenizer/index.ts";
import { decodersFolder } from "../golden/golden.ts";
import { gpt2Like, llamaLike } from "../models/configs.ts";

const texts = ["arrow up", "circle", "heart", "house", "mail", "plus", "square check", "triangle"];

/**
 * Random weights and a tokenizer with `<|endoftext|>`.
 * @param layout `gpt2`, `llama`, or the name of a golden decoder whose shape and layout it has.
 * @returns the model's folder.
 */
export async function makeTinyBase(
  folder: string,
  layout: string,
  contextLength = 640,
): Promise<string> {
  const text = trainBytePairs(texts, { vocabularySize: 280 });
  const json = jsonOf(layout);
  const vocabularySize = text.tokens.length + 1;
  const decoder = { ...familyOf(json).readConfig(json), vocabularySize, contextLength };
  const { engine } = await startEngine("onnx", { threads: 1 });
  const model = new Model(engine, decoder, initialWeights(decoder, { seed: 5, std: 0.1 }));
  const path = join(folder, `${layout}-${contextLength}`);
  const tokenizer = bytePairTokenizerJSON(text, ["<|endoftext|>"]);
  saveCheckpoint(path, { ...modelContents(model, { base: json }), tokenizer });
  model.dispose();
  engine.dispose();
  return path;
}

function jsonOf(layout: string): ConfigJson {
  const own: Readonly<Record<string, DecoderConfig>> = { gpt2: gpt2Like, llama: llamaLike };
  const decoder = own[layout];
  return decoder === undefined
    ? JSON.parse(readFileSync(join(decodersFolder, layout, "config.json"), "utf8"))
    : familyFor(decoder).writeConfig(decoder);
}
