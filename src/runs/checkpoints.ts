/** The checkpoints of a run: `checkpoints/step-000100`, `checkpoints/best`. */

import { join } from "node:path";
import {
  CheckpointError,
  endTokens,
  latestCheckpoint,
  openSavedModel,
  type SavedModel,
  saveStep,
} from "../../checkpoints/index.ts";
import { type SvgTokenizer, tokenizerFromJSON } from "../../tokenizer/index.ts";
import type { Trainer } from "../../trainers/index.ts";
import type { TrainConfig } from "../config/index.ts";
import { type RunState, runStateSchema } from "./run-state.ts";
import type { TrainableModel } from "./trainable-model.ts";

/** What of the model that training began from goes into what is saved. */
export type BaseFiles = Pick<SavedModel, "generationConfig" | "tokenizerSettings">;

/** What of a trainer is saved, whatever it lowers. */
export type KeptTrainer = Pick<Trainer, "skipped" | "state" | "keepsAverage" | "withAverage">;

/** The model with the averaged weights of the last save: a folder that generates, not one to go on from. */
const averageOf = (run: string): string => join(run, "ema");

const checkpointsOf = (run: string): string => join(run, "checkpoints");

/**
 * Saves all that a run is at this step, and makes it the best where it is.
 * @param base the model that training began from, whose template of chats and end tokens are kept.
 * @returns the folder.
 */
export function saveRun(
  run: string,
  trainable: TrainableModel,
  trainer: KeptTrainer,
  tokenizer: SvgTokenizer,
  state: RunState,
  { keep, keepBest }: Pick<TrainConfig, "keep" | "keepBest">,
  base: BaseFiles | null,
): string {
  const { bos, eos, pad } = tokenizer.vocabulary.special;
  const ends = endTokens(eos, base?.generationConfig);
  const ids = { bos_token_id: bos, eos_token_id: ends, pad_token_id: pad };
  const beside = () => ({
    generationConfig: ids,
    tokenizer: tokenizer.toJSON(),
    ...(base === null ? {} : { tokenizerSettings: base.tokenizerSettings }),
  });
  const parts = () => ({
    ...beside(),
    trainingState: { ...state, skipped: trainer.skipped },
    optimizer: [...trainer.state()].map(([name, buffer]) => ({
      name,
      dtype: buffer.type.dtype === "uint8" ? ("U8" as const) : ("F32" as const),
      shape: buffer.type.shape,
      data: buffer.read(),
    })),
  });
  const saved = saveStep(
    checkpointsOf(run),
    state.step,
    (folder, options) => trainable.save(folder, parts(), ids, options),
    {
      keep,
      isBest: state.best?.step === state.step,
      // Of several the first too, which another may outdo; of one, the folder `best` is enough.
      spared: keepBest === 1 ? [] : (state.bests ?? []).map(({ step }) => step),
    },
  );
  if (trainer.keepsAverage) {
    trainer.withAverage(() => trainable.save(averageOf(run), beside(), ids, {}));
  }
  return saved;
}

/**
 * Puts a checkpoint's moments and counters back.
 * @throws CheckpointError when the checkpoint holds no training state, or a broken one.
 */
export function restoreRun(checkpoint: SavedModel, trainer: Pick<Trainer, "restore">): RunState {
  const state = runStateOf(checkpoint);
  const { optimizer } = checkpoint;
  if (state === null || optimizer === undefined) {
    throw new CheckpointError(
      "corrupt",
      checkpoint.folder,
      "it holds no training state to go on from; resume from another checkpoint of the run",
    );
  }
  const read = (name: string) =>
    optimizer.tensors.get(name)?.dtype === "U8"
      ? optimizer.read(name)
      : optimizer.readFloat32(name);
  trainer.restore(state.step, read, state.skipped);
  return state;
}

/** Null where a checkpoint holds none, or one of another kind of program. */
export function runStateOf(checkpoint: SavedModel): RunState | null {
  return runStateSchema.safeParse(checkpoint.trainingState).data ?? null;
}

/** @throws CheckpointError when the run has no whole checkpoint. */
export function openLatest(run: string, notice: (text: string) => void): SavedModel {
  // All of it: a run never goes on with weights or moments that are not those it saved.
  const open = (folder: string) => openSavedModel(folder, { whole: true });
  const checkpoint = latestCheckpoint(checkpointsOf(run), open, notice);
  if (checkpoint !== undefined) return checkpoint;
  throw nothingSaved(run);
}

export function nothingSaved(run: string): CheckpointError {
  return new CheckpointError(
    "missing",
    checkpointsOf(run),
    "there is no whole checkpoint to resume from; start the run anew",
  );
}

/** The tokenizer that a checkpoint was trained with. @throws CheckpointError when it has none. */
export function tokenizerOf(checkpoint: SavedModel): SvgTokenizer {
  if (checkpoint.tokenizer === undefined) {
    throw new CheckpointError("incomplete", checkpoint.folder, "it has no tokenizer.json");
  }
  return tokenizerFromJSON(checkpoint.tokenizer);
}
