/** The tokenizer that files are tokenized with: a run's own, or what a configuration says. */
import { existsSync } from "node:fs";
import { UsageError } from "../../../errors/index.ts";
import {
  createPathTokenizer,
  type SvgTokenizer,
  trainBytePairs,
} from "../../../tokenizer/index.ts";
import type { Config } from "../../config/index.ts";
import { drawingTokenizerOf } from "../loading/drawing-tokenizer.ts";
import { openPretrained } from "../pretrained.ts";
import { openRun } from "../run-folder.ts";
import { chooseTokenizer, pathOptionsOf } from "../tokenizer.ts";

/** @throws UsageError, CheckpointError */
export function tokenizerOfRun(folder: string, notice: (message: string) => void): SvgTokenizer {
  const checkpoint = openRun(folder, notice);
  try {
    return drawingTokenizerOf(checkpoint);
  } finally {
    checkpoint.close();
  }
}

/**
 * The tokenizer that a recipe describes, before any training.
 * @param base a `tokenizer.json`, instead of what the recipe names.
 * @throws UsageError where the recipe's tokens stand over a model that is not on this machine.
 * @throws ConfigError, CheckpointError, BaseTokenizerError
 */
export async function tokenizerOfRecipe(
  { tokenizer, model }: Config,
  base: string | undefined,
  notice: (message: string) => void,
): Promise<SvgTokenizer> {
  if (tokenizer.merges > 0) {
    notice(
      "tokenizer.merges: tokens of frequent runs are learned by a run; counted without them\n",
    );
  }
  const own = { captions: [], drawings: [] };
  const config = { ...tokenizer, merges: 0, base: base ?? tokenizer.base };
  const { from } = model;
  const takesModel = config.base === null && from !== null;
  if (!takesModel) return chooseTokenizer(config, () => own, undefined).tokenizer;
  if (!existsSync(from)) {
    throw new UsageError(
      `tokenizer.type ${tokenizer.type} stands over the tokenizer of ${from}, which is no folder on this machine; name its tokenizer.json by --base`,
    );
  }
  const { checkpoint } = await openPretrained(from);
  try {
    return chooseTokenizer(config, () => own, checkpoint.tokenizer).tokenizer;
  } finally {
    checkpoint.close();
  }
}

/** The path tokenizer of a configuration. Captions play no part here, so their tokens are bytes. */
export function tokenizerOfConfig({ tokenizer }: Config): SvgTokenizer {
  const text = trainBytePairs([], { vocabularySize: 256 });
  return createPathTokenizer({ options: pathOptionsOf(tokenizer), text });
}
