/** Training: steps, optimisers, schedules, runs. */
export type { BatchShape } from "./loss.ts";
export { type TrainingMemory, trainingMemory } from "./memory.ts";
export { AdamW, type AdamWOptions, type OptimisedParameter } from "./optimisers/adamw.ts";
export type {
  EvaluationEvent,
  RunObserver,
  RunResult,
  RunStart,
  StepEvent,
} from "./run/events.ts";
export { drawOptions } from "./run/options.ts";
export { type PreparedData, prepareData } from "./run/prepare-data.ts";
export { type TrainOptions, train } from "./run/run.ts";
export { learningRateAt, type ScheduleOptions } from "./schedule.ts";
export { stepGraph, type TrainedPart } from "./step-graph.ts";
export {
  DivergenceError,
  type Evaluation,
  type StepResult,
  Trainer,
  type TrainerOptions,
} from "./trainer.ts";
