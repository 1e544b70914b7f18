/** The tokenizer that files are tokenized with: a run's own, or what a configuration says. */

import { UsageError } from "../../../errors/index.ts";
import {
  createPathTokenizer,
  type SvgTokenizer,
  tokenizerFromJSON,
  trainBytePairs,
} from "../../../tokenizer/index.ts";
import type { Config } from "../../config/index.ts";
import { openRun, pathOptionsOf } from "../../runs/index.ts";

/** @throws UsageError, CheckpointError */
export function tokenizerOfRun(folder: string, notice: (message: string) => void): SvgTokenizer {
  const checkpoint = openRun(folder, notice);
  try {
    if (checkpoint.tokenizer !== undefined) return tokenizerFromJSON(checkpoint.tokenizer);
    throw new UsageError(`${checkpoint.folder}: no tokenizer.json beside the model`);
  } finally {
    checkpoint.close();
  }
}

/** Captions play no part here, so their tokens are bytes. */
export function tokenizerOfConfig({ tokenizer }: Config): SvgTokenizer {
  const text = trainBytePairs([], { vocabularySize: 256 });
  return createPathTokenizer({ options: pathOptionsOf(tokenizer), text });
}
