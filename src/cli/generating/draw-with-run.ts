/** Draws captions with the checkpoint of a run, or with a model that was saved from one. */
import type { WeightStorage } from "../../../models/index.ts";
import { representationFromJSON } from "../../../tokenizer/index.ts";
import { contextOf, drawOptions, storageOf } from "../../../trainers/index.ts";
import type { Config } from "../../config/index.ts";
import { startEngine } from "../../engine/index.ts";
import { Drawer, type DrawnDrawing } from "../../generate/index.ts";
import { UsageError } from "../exit.ts";
import { loadSource, type ModelSource } from "../loading/model-source.ts";

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
 * @param storage in which the model's matrices are kept, whatever they are on the disk.
 */
export async function drawWithRun(
  source: ModelSource,
  prompts: readonly string[],
  config: Config,
  notice: (message: string) => void,
  storage: WeightStorage = storageOf(config),
): Promise<DrawnByRun> {
  const { generate, train, model: shape } = config;
  const { engine } = await startEngine(train.engine, { threads: train.threads });
  try {
    const loaded = await loadSource(engine, source, storage, notice);
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
