/** Draws captions with the checkpoint of a run. */
import { representationFromJSON } from "../../../tokenizer/index.ts";
import { contextOf, drawOptions, storageOf } from "../../../trainers/index.ts";
import type { Config } from "../../config/index.ts";
import { startEngine } from "../../engine/index.ts";
import { Drawer, type DrawnDrawing } from "../../generate/index.ts";
import { UsageError } from "../exit.ts";
import { loadSaved } from "../loading/load-model.ts";
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
  config: Config,
  notice: (message: string) => void,
): Promise<DrawnByRun> {
  const { generate, train, model: shape } = config;
  const saved = openRun(folder, notice);
  const { engine } = await startEngine(train.engine, { threads: train.threads });
  try {
    const loaded = await loadSaved(engine, saved, storageOf(config));
    if (loaded.tokenizer === undefined) {
      throw new UsageError(`${loaded.folder}: no tokenizer.json beside the model`);
    }
    const representation = representationFromJSON(loaded.tokenizer);
    const { context } = loaded.model.config;
    const drawer = new Drawer(loaded.model, representation);
    const began = performance.now();
    const drawings = drawer.draw(prompts, drawOptions(generate, contextOf(shape, context)));
    const seconds = (performance.now() - began) / 1000;
    return { drawings, checkpoint: loaded.folder, seconds };
  } finally {
    engine.dispose();
  }
}
