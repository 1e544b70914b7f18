/** Training: steps, optimisers, schedules, runs. */
export { AdamW, type AdamWOptions, type OptimisedParameter } from "./optimisers/adamw.ts";
export { learningRateAt, type ScheduleOptions } from "./schedule.ts";
export {
  DivergenceError,
  type Evaluation,
  type StepResult,
  Trainer,
  type TrainerOptions,
} from "./trainer.ts";
