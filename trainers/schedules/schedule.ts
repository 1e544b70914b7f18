/** The learning rate over the steps of a run: a linear warm-up, then a decay. */
export interface ScheduleOptions {
  readonly schedule: "constant" | "cosine" | "linear";
  /** At the end of the warm-up. */
  readonly learningRate: number;
  /** Of `learningRate`, at the last step; unused when constant. */
  readonly minRatio: number;
  readonly warmupSteps: number;
  /** Steps of the whole run, warm-up included. */
  readonly steps: number;
}

/** @param step counted from 0. Step 0 already learns: it has the first fraction of the warm-up. */
export function learningRateAt(step: number, options: ScheduleOptions): number {
  const { schedule, learningRate, minRatio, warmupSteps, steps } = options;
  if (step < warmupSteps) return (learningRate * (step + 1)) / warmupSteps;
  if (schedule === "constant") return learningRate;
  const progress = Math.min(1, (step - warmupSteps) / Math.max(1, steps - warmupSteps));
  const remaining = schedule === "cosine" ? (1 + Math.cos(Math.PI * progress)) / 2 : 1 - progress;
  return learningRate * (minRatio + (1 - minRatio) * remaining);
}
