/**
 * The learning rate over the steps of a run: a linear warm-up, then a decay. Shapes and names are those
 * of transformers' `get_scheduler`, one step ahead in the warm-up: the first step already learns.
 *
 * - `cosine` (Loshchilov and Hutter 2017, arXiv 1608.03983), with a floor and warm restarts;
 * - `inverse-sqrt` (Vaswani et al. 2017, arXiv 1706.03762) needs no end;
 * - `wsd` (warm-up, stable, decay; Hu et al. 2024, arXiv 2404.06395) stays at the peak and falls in a
 *   straight line over the last steps alone: until then a run need not know its end.
 */
export type ScheduleName = "constant" | "linear" | "cosine" | "inverse-sqrt" | "wsd";

export interface ScheduleOptions {
  readonly schedule: ScheduleName;
  /** At the end of the warm-up. */
  readonly learningRate: number;
  /** Of `learningRate`, at the last step; the least of `inverse-sqrt`; unused when constant. */
  readonly minRatio: number;
  readonly warmupSteps: number;
  /** Steps of the whole run, warm-up included. */
  readonly steps: number;
  /** Of `wsd`: the last steps, over which the rate falls; a fifth of all unless given. */
  readonly decaySteps?: number | null;
  /** Of `cosine`: how often the rate goes back to the peak at once; 0 unless given. */
  readonly restarts?: number;
}

/** Of the inverse square root where there is no warm-up to measure by, as in transformers. */
const timeWithoutWarmup = 10_000;

/** @param step counted from 0. Step 0 already learns: it has the first fraction of the warm-up. */
export function learningRateAt(step: number, options: ScheduleOptions): number {
  const { learningRate, minRatio, warmupSteps } = options;
  if (step < warmupSteps) return (learningRate * (step + 1)) / warmupSteps;
  if (options.schedule === "inverse-sqrt") {
    const time = warmupSteps || timeWithoutWarmup;
    return learningRate * Math.max(minRatio, Math.sqrt(time / (time + step - warmupSteps)));
  }
  return learningRate * (minRatio + (1 - minRatio) * remaining(step, options));
}

/** Of the way from the least rate to the peak: 1 to 0. */
function remaining(step: number, options: ScheduleOptions): number {
  const { schedule, warmupSteps, steps, restarts = 0 } = options;
  if (schedule === "constant") return 1;
  const from = schedule === "wsd" ? decayStart(options) : warmupSteps;
  if (step < from) return 1;
  const progress = Math.min(1, (step - from) / Math.max(1, steps - from));
  if (schedule !== "cosine") return 1 - progress;
  const inCycle = progress === 1 ? 1 : (progress * (restarts + 1)) % 1;
  return (1 + Math.cos(Math.PI * inCycle)) / 2;
}

/** The step after which `wsd` falls. */
function decayStart({ warmupSteps, steps, decaySteps }: ScheduleOptions): number {
  return Math.max(warmupSteps, steps - (decaySteps ?? Math.round(steps / 5)));
}
