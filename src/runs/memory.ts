/** How much memory a run takes beside how much there is: told before the first step, and when it ends. */
import { freemem } from "node:os";
import type { DecoderConfig } from "../../models/index.ts";
import { parameterCount } from "../../models/index.ts";
import {
  isOutOfMemory,
  memoryAdvice,
  OutOfMemoryError,
  type TrainedPart,
  trainingMemory,
} from "../../trainers/index.ts";
import type { Config } from "../config/index.ts";
import { weightDtypeOf } from "./trainable-model.ts";

/** A share of what is free that is worth a closer look. */
const closeLook = 0.2;

/** A note where a run is going to take more than there is; null where all is well. */
export function memoryNote(config: Config, decoder: DecoderConfig, context: number): string | null {
  const available = freemem();
  const { batchSize } = config.train;
  // The plan of a large graph takes seconds: small ones are known to fit.
  const parameters = 16 * parameterCount(decoder);
  const activations =
    60 * rowsOf(config, batchSize) * context * decoder.hiddenSize * decoder.layers;
  if (parameters + activations < closeLook * available) return null;
  const needed = neededBy(config, decoder, context);
  if (needed(batchSize).total <= available) return null;
  return `this may take more memory than there is: ${advice(config, needed, available)}`;
}

/** The same error, or one that says what to change where it is about memory. */
export function explainMemory(
  error: unknown,
  config: Config,
  decoder: DecoderConfig,
  context: number,
): unknown {
  if (!isOutOfMemory(error)) return error;
  const [said = ""] = (error as Error).message.split("\n");
  const needed = neededBy(config, decoder, context);
  return new OutOfMemoryError(
    `the memory was not enough (${said.slice(0, 200)}): ${advice(config, needed, freemem())}`,
    { cause: error },
  );
}

function neededBy(config: Config, decoder: DecoderConfig, sequenceLength: number) {
  const { method } = config.train;
  const part: TrainedPart =
    method === "full"
      ? "all"
      : method === "embeddings"
        ? "tables"
        : { adapterRank: config.lora.rank };
  const dtype = weightDtypeOf(config);
  return (batchSize: number) =>
    trainingMemory(decoder, { batchSize: rowsOf(config, batchSize), sequenceLength }, part, dtype);
}

/** A pair is two rows. */
function rowsOf({ train }: Config, batchSize: number): number {
  return train.task === "dpo" ? 2 * batchSize : batchSize;
}

function advice(config: Config, needed: ReturnType<typeof neededBy>, available: number): string {
  const { batchSize, gradientAccumulationSteps, gradientCheckpointing } = config.train;
  const { total, activations } = needed(batchSize);
  return memoryAdvice({
    batchSize,
    gradientAccumulationSteps,
    gradientCheckpointing,
    available,
    needed: (rows) => needed(rows).total,
    fixed: total - activations,
  });
}
