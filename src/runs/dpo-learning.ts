/**
 * A run that learns from pairs. What the pairs are worth to the weights that it begins with is computed
 * once, before the first step, and kept in the run's folder: a run that goes on has other weights.
 */

import { existsSync } from "node:fs";
import { join } from "node:path";
import { CheckpointError, SafetensorsFile, writeSafetensors } from "../../checkpoints/index.ts";
import type { PairOptions, TokenDataset } from "../../data/index.ts";
import {
  type DpoEvaluation,
  DpoTrainer,
  type HeldOutLoss,
  isOwn,
  PairBatches,
  pairsInOrder,
  type ReferenceLogProbs,
  referenceLogProbs,
  TrainingLoop,
} from "../../trainers/index.ts";
import type { Learning, LearningOptions } from "./learning.ts";
import { stepsOf, trainerOptions } from "./options.ts";

export interface DpoLearningOptions extends LearningOptions {
  /** The run's. */
  readonly folder: string;
  readonly onPhase?: ((text: string) => void) | undefined;
  readonly onProgress?: ((what: string, done: number, total: number) => void) | undefined;
}

/** Of both sides of the split. */
type References = Readonly<Record<"train" | "heldOut", ReferenceLogProbs>>;

export function dpoLearning(options: DpoLearningOptions): Learning {
  const { config, data, trainable, trained, context, folder, microBatches, parallel } = options;
  const { communicator } = parallel;
  const { train } = config;
  const { pad } = data.tokenizer.vocabulary.special;
  const pairs: PairOptions = { pairs: train.batchSize, sequenceLength: context, pad };
  const steps = stepsOf(train, data.train.size, microBatches);
  const trainer = new DpoTrainer(
    trainable.model,
    { ...trainerOptions(config, steps), trained, parallel },
    config.dpo,
  );
  return {
    trainer,
    steps,
    begin(state) {
      // Rank 0 begins before the others, which find what it wrote where they share a disk.
      const isFirst = communicator.rank === 0;
      const isThere = state.step > 0 || (!isFirst && existsSync(fileOf(folder)));
      const known = isThere ? readReferences(folder, data) : null;
      const references = known ?? computeReferences(options, trainer, pairs);
      if (known === null && isFirst) writeReferences(folder, references);
      const batches = new PairBatches(
        data.train,
        references.train,
        {
          ...pairs,
          microBatches,
          seed: train.seed,
          isOwn: (index) => isOwn(index, communicator),
        },
        state.stream,
      );
      const evaluate =
        data.heldOut.size === 0
          ? null
          : () => heldOutLoss(trainer, data.heldOut, references.heldOut, pairs);
      return {
        beginning: {
          [`what the pairs are worth to the weights that the run begins with (${fileName})`]:
            meansOf(references),
        },
        evaluate,
        loop: (loopOptions, parts, from) =>
          new TrainingLoop(loopOptions, { ...parts, trainer, batches, evaluate }, from),
      };
    },
  };
}

function computeReferences(
  { data, onPhase, onProgress }: DpoLearningOptions,
  trainer: DpoTrainer,
  pairs: PairOptions,
): References {
  onPhase?.("scoring the pairs with the weights that training begins with");
  const ofAll = (dataset: TokenDataset, what: string) =>
    referenceLogProbs(
      (batch) => trainer.pass(batch),
      pairsInOrder(dataset, pairs),
      dataset.size,
      (done, total) => onProgress?.(what, done, total),
    );
  return {
    train: ofAll(data.train, "pairs"),
    heldOut: ofAll(data.heldOut, "held-out pairs"),
  };
}

function heldOutLoss(
  trainer: DpoTrainer,
  heldOut: TokenDataset,
  reference: ReferenceLogProbs,
  pairs: PairOptions,
): HeldOutLoss {
  const score = () => trainer.evaluate(pairsInOrder(heldOut, pairs, reference));
  const told = ({ loss, natsPerToken, tokens, figures }: DpoEvaluation) => ({
    loss: natsPerToken,
    targetCount: tokens,
    objective: loss,
    figures,
  });
  const own = told(score());
  if (!trainer.keepsAverage) return own;
  return { ...own, average: trainer.withAverage(score).natsPerToken };
}

const sides = ["train", "heldOut"] as const;

const drawings = ["chosen", "rejected"] as const;

const fileName = "reference-log-probs.safetensors";

const fileOf = (folder: string): string => join(folder, fileName);

/** Means to a thousandth of a nat: processors that compute their own differ in the last bits of each value. */
function meansOf(references: References): string {
  const means = sides.flatMap((side) =>
    drawings.map((drawing) => {
      const values = references[side][drawing];
      const total = values.reduce((sum, value) => sum + value, 0);
      return `${drawing} ${(total / Math.max(1, values.length)).toFixed(3)}`;
    }),
  );
  return `means of ${means.join(", ")} nats`;
}

function writeReferences(folder: string, references: References): void {
  const tensors = sides.flatMap((side) =>
    drawings.map((drawing) => {
      const data = references[side][drawing];
      return { name: `${side}.${drawing}`, dtype: "F32" as const, shape: [data.length], data };
    }),
  );
  writeSafetensors(fileOf(folder), tensors);
}

/** @throws CheckpointError where there is no such file, or one of other pairs. */
function readReferences(
  folder: string,
  sets: Readonly<Record<(typeof sides)[number], TokenDataset>>,
) {
  const file = fileOf(folder);
  if (!existsSync(file)) {
    throw new CheckpointError(
      "missing",
      file,
      "it holds what the pairs were worth to the weights that the run began with, without which it cannot go on; put it back, or begin anew by --fresh",
    );
  }
  const opened = SafetensorsFile.open(file);
  try {
    const read = (side: (typeof sides)[number]): ReferenceLogProbs => {
      const [chosen, rejected] = drawings.map((drawing) =>
        opened.readFloat32(`${side}.${drawing}`),
      );
      const { size } = sets[side];
      if (chosen?.length !== size || rejected?.length !== size) {
        throw new CheckpointError(
          "corrupt",
          file,
          `expected ${size} pairs of ${side}, but found ${chosen?.length}; begin anew by --fresh`,
        );
      }
      return { chosen, rejected };
    };
    return { train: read("train"), heldOut: read("heldOut") };
  } finally {
    opened.close();
  }
}
