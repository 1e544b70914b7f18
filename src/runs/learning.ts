/** How a run learns, by its task: what makes the updates, of which batches, and how it is scored. */

import { BatchStream, evaluationBatches, type TokenDataset } from "../../data/index.ts";
import { broadcastValue } from "../../distributed/index.ts";
import {
  DatasetBatches,
  type DatasetBatchesOptions,
  type HeldOutLoss,
  type LoopBatch,
  type LoopOptions,
  type LoopParts,
  type ObjectiveTrainer,
  type ParallelOptions,
  Trainer,
  TrainingLoop,
} from "../../trainers/index.ts";
import type { Config } from "../config/index.ts";
import type { KeptTrainer } from "./checkpoints.ts";
import { batchOptions, stepsOf, trainerOptions } from "./options.ts";
import type { PreparedData } from "./prepare-data.ts";
import type { RunState } from "./run-state.ts";
import { drawingScorer } from "./score-drawings.ts";
import type { TrainableModel } from "./trainable-model.ts";

/** What learns, before it is known where the run goes on. */
export interface Learning {
  readonly trainer: KeptTrainer & Pick<ObjectiveTrainer<never>, "restore" | "dispose">;
  /** Updates of the whole run. */
  readonly steps: number;
  /**
   * @param state to go on from; the trainer's is restored.
   * @throws CheckpointError where a run goes on without what it kept of its beginning.
   */
  begin(state: RunState): BegunLearning;
}

export interface BegunLearning {
  /** What all processes have to begin with alike beside weights and drawings, as texts by what it is. */
  readonly beginning?: Readonly<Record<string, string>>;
  /** On what is held out; null where nothing is. */
  readonly evaluate: (() => HeldOutLoss) | null;
  /** The loop of the run's steps. */
  loop(
    options: LoopOptions,
    parts: Omit<LoopParts<LoopBatch>, "trainer" | "batches" | "evaluate">,
    state: RunState,
  ): Pick<TrainingLoop<LoopBatch>, "run">;
}

export interface LearningOptions {
  readonly config: Config;
  readonly data: PreparedData;
  readonly trainable: TrainableModel;
  /** Names of the parameters that learn. */
  readonly trained: readonly string[];
  /** Positions of a row. */
  readonly context: number;
  /** Of an update, over all processes. */
  readonly microBatches: number;
  readonly parallel: ParallelOptions;
}

/** By likelihood of the drawings after their captions. */
export function likelihoodLearning(options: LearningOptions): Learning {
  const { config, data, trainable, trained, context, microBatches, parallel } = options;
  const { communicator } = parallel;
  const stream = batchOptions(config, data.tokenizer, context, microBatches, communicator);
  const { rowsInEpoch } = new BatchStream(data.train, stream);
  const steps = stepsOf(config.train, rowsInEpoch, microBatches);
  const trainer = new Trainer(trainable.model, {
    ...trainerOptions(config, steps),
    trained,
    parallel,
  });
  return {
    trainer,
    steps,
    begin(state) {
      const batches = new DatasetBatches(data.train, stream, state);
      const { heldOut } = data;
      const score = drawingScorer(config, data, trainable.model, context);
      const evaluate =
        heldOut.size === 0
          ? null
          : () => {
              const own = heldOutLoss(trainer, heldOut, stream);
              // What is drawn is drawn once, and known to all.
              const scored = communicator.rank === 0 ? score?.() : {};
              return broadcastValue(communicator, { ...own, ...scored });
            };
      return {
        evaluate,
        loop: (loopOptions, parts, from) =>
          new TrainingLoop(loopOptions, { ...parts, trainer, batches, evaluate }, from),
      };
    },
  };
}

function heldOutLoss(
  trainer: Trainer,
  heldOut: TokenDataset,
  stream: DatasetBatchesOptions,
): HeldOutLoss {
  const score = () => trainer.evaluate(evaluationBatches(heldOut, stream));
  const own = score();
  return trainer.keepsAverage ? { ...own, average: trainer.withAverage(score).loss } : own;
}
