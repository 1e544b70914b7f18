/** Opens a run or a model for as long as something is drawn with it. */
import { startEngine } from "../../../engine/index.ts";
import type { WeightDtype } from "../../../models/index.ts";
import type { Config } from "../../config/index.ts";
import { SvgGenerator } from "../../generate/index.ts";
import { contextLengthOf } from "../context.ts";
import { weightDtypeOf } from "../trainable-model.ts";
import { drawingTokenizerOf } from "./drawing-tokenizer.ts";
import { loadSource, type ModelSource } from "./model-source.ts";

export interface OpenGenerator {
  readonly generator: SvgGenerator;
  /** Longest sequence of the run in tokens. */
  readonly contextLength: number;
  /** The folder of what was loaded. */
  readonly checkpoint: string;
}

/**
 * @param notice is told of damaged checkpoints that are passed over.
 * @param weightDtype in which the model's matrices are kept, whatever they are on the disk.
 * @returns what `use` returns; the model is freed then.
 * @throws UsageError where there is no tokenizer; CheckpointError, HubError
 */
export async function withGenerator<T>(
  source: ModelSource,
  config: Config,
  notice: (message: string) => void,
  use: (open: OpenGenerator) => T | Promise<T>,
  weightDtype: WeightDtype = weightDtypeOf(config),
): Promise<T> {
  const { train, model: shape } = config;
  const { engine } = await startEngine(train.engine, {
    threads: train.threads,
    precision: train.precision,
  });
  try {
    const loaded = await loadSource(engine, source, weightDtype, notice);
    const generator = new SvgGenerator(loaded.model, drawingTokenizerOf(loaded));
    const contextLength = contextLengthOf(shape, loaded.model.config.contextLength);
    return await use({ generator, contextLength, checkpoint: loaded.folder });
  } finally {
    engine.dispose();
  }
}
