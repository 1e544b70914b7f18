/** What parts of a configuration mean to the trainer and the sampler. */
import { defaultSampling } from "../../models/index.ts";
import type { Config, GenerateConfig, TrainConfig } from "../../src/config/index.ts";
import type { DrawOptions } from "../../src/generate/index.ts";
import type { TrainerOptions } from "../trainer.ts";

export function trainerOptions({ train, model }: Config, steps: number): TrainerOptions {
  return {
    optimiser: {
      beta1: train.beta1,
      beta2: train.beta2,
      epsilon: train.eps,
      weightDecay: train.weightDecay,
    },
    schedule: {
      schedule: train.schedule,
      learningRate: train.lr,
      minRatio: train.minLrRatio,
      warmupSteps: train.warmupSteps,
      steps,
    },
    clip: train.clip ?? 0,
    dropout: { rate: model.dropout, seed: train.seed },
  };
}

/** Updates of the whole run; without steps or epochs, as many as its time may hold. */
export function stepsOf(train: TrainConfig, rowsInEpoch: number): number {
  if (train.steps !== null) return train.steps;
  if (train.epochs === null) return Number.MAX_SAFE_INTEGER;
  return Math.max(1, Math.round((train.epochs * rowsInEpoch) / (train.batch * train.accumulation)));
}

export function drawOptions(generate: GenerateConfig): DrawOptions {
  return {
    sampling: {
      ...defaultSampling,
      temperature: generate.temperature,
      topK: generate.topK ?? 0,
      topP: generate.topP,
      repetitionPenalty: generate.repetitionPenalty,
    },
    seed: generate.seed,
    maxTokens: generate.maxTokens,
  };
}
