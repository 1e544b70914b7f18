/** What parts of a configuration mean to the trainer and the sampler. */

import type { Communicator } from "../../distributed/index.ts";
import { defaultSampling } from "../../models/index.ts";
import type { SvgTokenizer } from "../../tokenizer/index.ts";
import {
  type DatasetBatchesOptions,
  isOwn,
  type ParallelOptions,
  type TrainerOptions,
} from "../../trainers/index.ts";
import type { Config, GenerateConfig, TrainConfig } from "../config/index.ts";
import type { DrawOptions } from "../generate/index.ts";

export function trainerOptions({ train, model, lora }: Config, steps: number): TrainerOptions {
  return {
    optimiser: {
      name: train.optimizer,
      momentum: train.momentum,
      nesterov: train.nesterov,
      beta1: train.beta1,
      beta2: train.beta2,
      epsilon: train.eps,
      weightDecay: train.weightDecay,
    },
    groups: train.groups.map(({ match, lr, weightDecay }) => ({
      match,
      learningRate: lr,
      weightDecay,
    })),
    schedule: {
      schedule: train.schedule,
      decaySteps: train.decaySteps,
      restarts: train.restarts,
      learningRate: train.lr,
      minRatio: train.minLrRatio,
      warmupSteps:
        train.warmupShare === null ? train.warmupSteps : Math.round(train.warmupShare * steps),
      steps,
    },
    clip: train.maxGradNorm ?? 0,
    dropout: { rate: model.dropout, seed: train.seed },
    loraPlusRatio: lora.loraPlusRatio,
    tokenTableRatio: train.embeddingLr === null ? 1 : train.embeddingLr / train.lr,
    skipNonFinite: train.nonFinite === "skip",
    spikes: train.spikeDeviations === null ? null : { deviations: train.spikeDeviations },
    neftuneAlpha: train.neftuneAlpha,
    labelSmoothing: train.labelSmoothing,
    zLoss: train.zLoss,
    futureWeight: train.futureLossWeight,
    average:
      train.emaDecay === null
        ? null
        : { decay: train.emaDecay, after: train.emaAfter, every: train.emaEvery },
    checkpointing: train.gradientCheckpointing,
  };
}

/** How the processes of a run share its work. */
export function parallelOptions(
  { distributed }: Config,
  communicator: Communicator,
): ParallelOptions {
  const { bucketMegabytes, shardOptimizer } = distributed;
  return { communicator, bucketBytes: bucketMegabytes * 1e6, shardOptimizer };
}

/**
 * Micro-batches of an update, over all processes: a run keeps those that it was begun with.
 * @param begun what a run that goes on was saved as; null for a new one.
 */
export function microBatchesOf(
  { train }: Config,
  { size }: Pick<Communicator, "size">,
  begun: { readonly microBatches: number | null } | null,
): number {
  const { gradientAccumulationSteps } = train;
  if (begun === null) return gradientAccumulationSteps * size;
  // Earlier versions trained in one process.
  return begun.microBatches ?? gradientAccumulationSteps;
}

/**
 * @param context of the run: positions of a row.
 * @param microBatches of an update.
 * @param communicator of whose rank the micro-batches are.
 */
export function batchOptions(
  { train, data }: Config,
  { vocabulary }: SvgTokenizer,
  context: number,
  microBatches: number,
  communicator: Pick<Communicator, "rank" | "size">,
): DatasetBatchesOptions {
  const { pad, drawing } = vocabulary.special;
  return {
    batchSize: train.batchSize,
    sequenceLength: context,
    packing: data.packing,
    groupByLength: data.groupByLength,
    lossOn: data.lossOn,
    captionDropout: data.captionDropout,
    seed: train.seed,
    microBatches,
    isOwn: (index) => isOwn(index, communicator),
    hideTokens: train.hideTokens,
    pad,
    drawing,
    ...(train.sequenceWarmupSteps === 0
      ? {}
      : { sequenceWarmup: { from: train.sequenceWarmupFrom, steps: train.sequenceWarmupSteps } }),
    ...(train.batchWarmupSteps === 0
      ? {}
      : { batchWarmup: { from: train.batchWarmupFrom, steps: train.batchWarmupSteps } }),
  };
}

/**
 * Updates of the whole run; without steps or epochs, as many as its time may hold.
 * @param microBatches of an update.
 */
export function stepsOf(train: TrainConfig, rowsInEpoch: number, microBatches: number): number {
  if (train.steps !== null) return train.steps;
  if (train.epochs === null) return Number.MAX_SAFE_INTEGER;
  return Math.max(1, Math.round((train.epochs * rowsInEpoch) / (train.batchSize * microBatches)));
}

/** @param context of the run: drawings are no longer than what was trained on. */
export function drawOptions(generate: GenerateConfig, context: number): DrawOptions {
  return {
    context,
    sampling: {
      ...defaultSampling,
      temperature: generate.temperature,
      topK: generate.topK ?? 0,
      topP: generate.topP,
      repetitionPenalty: generate.repetitionPenalty,
    },
    guidance: generate.guidance,
    candidates: generate.candidates,
    speculate: generate.speculate,
    cacheDtype: generate.cacheDtype,
    ...(generate.coordinateTemperature === null
      ? {}
      : { numberTemperature: generate.coordinateTemperature }),
    seed: generate.seed,
    maxTokens: generate.maxTokens,
  };
}
