/** Draws captions with the checkpoint of a run, or with a model that was saved from one. */

import { startEngine } from "../../../engine/index.ts";
import { UsageError } from "../../../errors/index.ts";
import type { WeightDtype } from "../../../models/index.ts";
import { tokenizerFromJSON } from "../../../tokenizer/index.ts";
import type { Config } from "../../config/index.ts";
import { type DrawnDrawing, SvgGenerator } from "../../generate/index.ts";
import {
  contextLengthOf,
  drawOptions,
  loadSource,
  type ModelSource,
  weightDtypeOf,
} from "../../runs/index.ts";

export interface DrawnByRun {
  readonly drawings: readonly DrawnDrawing[];
  /** The checkpoint's folder. */
  readonly checkpoint: string;
  /** Of the drawing alone, without loading. */
  readonly seconds: number;
}

/**
 * One drawing a prompt, in their order.
 * @param notice is told of damaged checkpoints that are passed over.
 * @param weightDtype in which the model's matrices are kept, whatever they are on the disk.
 */
export async function drawWithRun(
  source: ModelSource,
  prompts: readonly string[],
  config: Config,
  notice: (message: string) => void,
  weightDtype: WeightDtype = weightDtypeOf(config),
): Promise<DrawnByRun> {
  const { generate, train, model: shape } = config;
  const { engine } = await startEngine(train.engine, {
    threads: train.threads,
    precision: train.precision,
  });
  try {
    const loaded = await loadSource(engine, source, weightDtype, notice);
    if (loaded.tokenizer === undefined) {
      throw new UsageError(`${loaded.folder}: no tokenizer.json beside the model`);
    }
    const tokenizer = tokenizerFromJSON(loaded.tokenizer);
    const { contextLength: context } = loaded.model.config;
    const generator = new SvgGenerator(loaded.model, tokenizer);
    const began = performance.now();
    const drawings = generator.draw(
      prompts,
      drawOptions(generate, contextLengthOf(shape, context)),
    );
    const seconds = (performance.now() - began) / 1000;
    return { drawings, checkpoint: loaded.folder, seconds };
  } finally {
    engine.dispose();
  }
}
