/** A trainer's options with one learning rate throughout, for tests. */
import type { TrainerOptions } from "../../trainers/index.ts";

/** AdamW as of GPT-3, weights decayed by a tenth; the rate has no warm-up. */
export function constantRate(
  learningRate: number,
  { clip = 1, weightDecay = 0.1 }: { readonly clip?: number; readonly weightDecay?: number } = {},
): TrainerOptions {
  return {
    optimiser: { beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay },
    schedule: { schedule: "constant", learningRate, minRatio: 0, warmupSteps: 0, steps: 100 },
    clip,
  };
}
