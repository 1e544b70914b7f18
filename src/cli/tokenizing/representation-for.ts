/** The representation that files are tokenized with: a run's own, or what a configuration says. */
import {
  createPathRepresentation,
  type Representation,
  representationFromJSON,
  trainBytePairs,
} from "../../../tokenizer/index.ts";
import { pathOptionsOf } from "../../../trainers/index.ts";
import type { Config } from "../../config/index.ts";
import { UsageError } from "../exit.ts";
import { openRun } from "../run/run-folder.ts";

/** @throws UsageError, CheckpointError */
export function representationOfRun(
  folder: string,
  notice: (message: string) => void,
): Representation {
  const checkpoint = openRun(folder, notice);
  try {
    if (checkpoint.tokenizer !== undefined) return representationFromJSON(checkpoint.tokenizer);
    throw new UsageError(`${checkpoint.folder}: no tokenizer.json beside the model`);
  } finally {
    checkpoint.close();
  }
}

/** Captions play no part here, so their tokens are bytes. */
export function representationOfConfig({ tokenizer }: Config): Representation {
  const text = trainBytePairs([], { vocabularySize: 256 });
  return createPathRepresentation({ options: pathOptionsOf(tokenizer), text });
}
