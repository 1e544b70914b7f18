/**
 * The learning rate over the steps of a run: a linear warm-up, then a decay. `wsd` (warm-up, stable,
 * decay; Hu et al. 2024, arXiv 2404.06395) stays at the peak and falls in a straight line over the last
 * steps alone: until then a run need not know its end.
 */
export interface ScheduleOptions {
  readonly schedule: "constant" | "cosine" | "linear" | "wsd";
  /** At the end of the warm-up. */
  readonly learningRate: number;
  /** Of `learningRate`, at the last step; unused when constant. */
  readonly minRatio: number;
  readonly warmupSteps: number;
  /** Steps of the whole run, warm-up included. */
  readonly steps: number;
  /** Of `wsd`: the last steps, over which the rate falls; a fifth of all unless given. */
  readonly decaySteps?: number | null;
}

/** @param step counted from 0. Step 0 already learns: it has the first fraction of the warm-up. */
export function learningRateAt(step: number, options: ScheduleOptions): number {
  const { schedule, learningRate, minRatio, warmupSteps, steps } = options;
  if (step < warmupSteps) return (learningRate * (step + 1)) / warmupSteps;
  if (schedule === "constant") return learningRate;
  const from =
    schedule === "wsd" ? Math.max(warmupSteps, steps - decaySteps(options)) : warmupSteps;
  if (step < from) return learningRate;
  const progress = Math.min(1, (step - from) / Math.max(1, steps - from));
  const remaining = schedule === "cosine" ? (1 + Math.cos(Math.PI * progress)) / 2 : 1 - progress;
  return learningRate * (minRatio + (1 - minRatio) * remaining);
}

function decaySteps({ decaySteps, steps }: ScheduleOptions): number {
  return decaySteps ?? Math.round(steps / 5);
}
