/** The tokenizer of a model that draws. */
import { UsageError } from "../../../errors/index.ts";
import { type SvgTokenizer, saysTokenizer, tokenizerFromJSON } from "../../../tokenizer/index.ts";
import type { LoadedModel } from "./load-model.ts";

/**
 * @throws UsageError where there is none, or where it is that of a model that was never taught to draw.
 * @throws TokenizerFileError, BaseTokenizerError where it is damaged.
 */
export function drawingTokenizerOf({
  folder,
  tokenizer,
}: Pick<LoadedModel, "folder" | "tokenizer">): SvgTokenizer {
  if (tokenizer === undefined)
    throw new UsageError(`${folder}: no tokenizer.json beside the model`);
  if (!saysTokenizer(tokenizer)) {
    throw new UsageError(
      `${folder}: its tokenizer.json has no tokens of drawings: this model was not trained to draw; train it first: pathloom train --model ${folder} --config NAME (pathloom recipes)`,
    );
  }
  return tokenizerFromJSON(tokenizer);
}
