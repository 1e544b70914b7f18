/** An ablation: many runs by one call, and what they teach. */
export { parseAxis, type Values } from "./axes.ts";
export { fingerprint, isFinished } from "./finished.ts";
export type { WorkerMessage } from "./messages.ts";
export { type PlannedRun, planSweep, type SweepPlan } from "./plan.ts";
export {
  type SweepObserver,
  type SweepOptions,
  type SweepResult,
  type SweptRun,
  sweep,
} from "./sweep.ts";
