/** Training: steps, optimisers, schedules, runs. */
export { type Evaluation, evaluateModel } from "./evaluation.ts";
export type { BatchShape } from "./loss.ts";
export { generatingMemory, type TrainingMemory, trainingMemory } from "./memory.ts";
export { AdamW, type AdamWOptions } from "./optimisers/adamw.ts";
export { Muon, type MuonOptions, orthogonalise } from "./optimisers/muon.ts";
export type { OptimisedParameter, Optimizer } from "./optimisers/optimizer.ts";
export { runStateOf } from "./run/checkpoints.ts";
export { contextOf } from "./run/context.ts";
export type {
  EvaluationEvent,
  RunObserver,
  RunResult,
  RunStart,
  StepEvent,
} from "./run/events.ts";
export { storageOf } from "./run/learner.ts";
export { drawOptions } from "./run/options.ts";
export {
  type MeasuredSet,
  measuredSet,
  type PreparedData,
  prepareData,
  scoredDrawings,
} from "./run/prepare-data.ts";
export { type OpenOptions, openPretrained, type Pretrained } from "./run/pretrained.ts";
export { pathOptionsOf } from "./run/representation.ts";
export { type TrainOptions, train } from "./run/run.ts";
export { learningRateAt, type ScheduleOptions } from "./schedule.ts";
export { stepGraph, type TrainedPart } from "./step-graph.ts";
export {
  DivergenceError,
  type StepResult,
  Trainer,
  type TrainerOptions,
} from "./trainer.ts";
