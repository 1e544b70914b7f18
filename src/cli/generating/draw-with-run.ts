/** Draws captions with the checkpoint of a run. */
import { modelFromCheckpoint } from "../../../checkpoints/index.ts";
import { representationFromJSON } from "../../../tokenizer/index.ts";
import { drawOptions } from "../../../trainers/index.ts";
import type { Config } from "../../config/index.ts";
import { startEngine } from "../../engine/index.ts";
import { Drawer, type DrawnDrawing } from "../../generate/index.ts";
import { UsageError } from "../exit.ts";
import { openRun } from "../run/run-folder.ts";

export interface DrawnByRun {
  readonly drawings: readonly DrawnDrawing[];
  /** The checkpoint's folder. */
  readonly checkpoint: string;
  /** Of the drawing alone, without loading. */
  readonly seconds: number;
}

/**
 * One drawing a prompt, in their order.
 * @param folder of a run, or of a checkpoint.
 * @param notice is told of damaged checkpoints that are passed over.
 */
export async function drawWithRun(
  folder: string,
  prompts: readonly string[],
  { generate, train }: Config,
  notice: (message: string) => void,
): Promise<DrawnByRun> {
  const checkpoint = openRun(folder, notice);
  const { engine } = await startEngine(train.engine, { threads: train.threads });
  try {
    if (checkpoint.tokenizer === undefined) {
      throw new UsageError(`${checkpoint.folder}: no tokenizer.json beside the model`);
    }
    const representation = representationFromJSON(checkpoint.tokenizer);
    const drawer = new Drawer(modelFromCheckpoint(engine, checkpoint), representation);
    const began = performance.now();
    const drawings = drawer.draw(prompts, drawOptions(generate));
    const seconds = (performance.now() - began) / 1000;
    return { drawings, checkpoint: checkpoint.folder, seconds };
  } finally {
    checkpoint.close();
    engine.dispose();
  }
}
