import type { TrainConfig } from "./config-types.ts";

/** Keys of `train` that count steps of a run, and keep their share of it where a run is given others. */
export const countedInSteps = [
  "warmupSteps",
  "decaySteps",
  "emaAfter",
  "sequenceWarmupSteps",
  "batchWarmupSteps",
  "evalEvery",
  "saveEvery",
  "sampleEvery",
] as const satisfies readonly (keyof TrainConfig)[];
