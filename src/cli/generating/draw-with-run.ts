/** Draws captions with the checkpoint of a run, or with a model that was saved from one. */
import type { WeightDtype } from "../../../models/index.ts";
import type { CanonicalOptions } from "../../../svg/index.ts";
import type { Config } from "../../config/index.ts";
import type { DrawnDrawing } from "../../generate/index.ts";
import { drawOptions, type ModelSource, withGenerator } from "../../runs/index.ts";

export interface DrawnByRun {
  readonly drawings: readonly DrawnDrawing[];
  /** The checkpoint's folder. */
  readonly checkpoint: string;
  /** How the model's tokenizer wants drawings. */
  readonly canonical: CanonicalOptions;
  /** Of the drawing alone, without loading. */
  readonly seconds: number;
}

/**
 * One drawing a prompt, in their order.
 * @param notice is told of damaged checkpoints that are passed over.
 * @param weightDtype in which the model's matrices are kept, whatever they are on the disk.
 */
export function drawWithRun(
  source: ModelSource,
  prompts: readonly string[],
  config: Config,
  notice: (message: string) => void,
  weightDtype?: WeightDtype,
): Promise<DrawnByRun> {
  const draw: Parameters<typeof withGenerator<DrawnByRun>>[3] = (open) => {
    const began = performance.now();
    const drawings = open.generator.draw(prompts, drawOptions(config.generate, open.contextLength));
    const seconds = (performance.now() - began) / 1000;
    const { canonical } = open.generator.tokenizer;
    return { canonical, drawings, checkpoint: open.checkpoint, seconds };
  };
  return withGenerator(source, config, notice, draw, weightDtype);
}
