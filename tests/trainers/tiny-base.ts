/** A pretrained-like model in the true layout, small enough to be made in a moment. */
import { join } from "node:path";
import { modelContents, saveCheckpoint } from "../../checkpoints/index.ts";
import { startEngine } from "../../engine/index.ts";
import { type DecoderConfig, initialWeights, Model } from "../../models/index.ts";
import { bytePairTokenizerJSON, trainBytePairs } from "../../tokenizer/index.ts";
import { gpt2Like, llamaLike } from "../models/configs.ts";

const texts = ["arrow up", "circle", "heart", "house", "mail", "plus", "square check", "triangle"];

/** Random weights and a tokenizer with `<|endoftext|>`. @returns the model's folder. */
export async function makeTinyBase(folder: string, layout: "gpt2" | "llama"): Promise<string> {
  const text = trainBytePairs(texts, { vocabularySize: 280 });
  const like: DecoderConfig = layout === "gpt2" ? gpt2Like : llamaLike;
  const vocabularySize = text.tokens.length + 1;
  const decoder = { ...like, vocabularySize, contextLength: 640 };
  const { engine } = await startEngine("onnx", { threads: 1 });
  const model = new Model(engine, decoder, initialWeights(decoder, { seed: 5, std: 0.1 }));
  const path = join(folder, layout);
  const tokenizer = bytePairTokenizerJSON(text, ["<|endoftext|>"]);
  saveCheckpoint(path, { ...modelContents(model), tokenizer });
  model.dispose();
  engine.dispose();
  return path;
}
