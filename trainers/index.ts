/** Training: steps, optimisers, schedules, runs. */

export {
  type Learner,
  type LoopEvaluation,
  type LoopOptions,
  type LoopParts,
  type LoopResult,
  type LoopState,
  type LoopStep,
  type StepBatches,
  TrainingLoop,
} from "./loop/loop.ts";
export { Clock, Speed } from "./loop/speed.ts";
export { DatasetBatches, type DatasetBatchesOptions } from "./loop/step-batches.ts";
export type { BatchShape } from "./loss/loss.ts";
export { AdamW, type AdamWOptions } from "./optimisers/adamw.ts";
export { Muon, type MuonOptions, orthogonalise } from "./optimisers/muon.ts";
export type { OptimisedParameter, Optimizer } from "./optimisers/optimizer.ts";
export { learningRateAt, type ScheduleOptions } from "./schedules/schedule.ts";
export { type Evaluation, evaluateModel } from "./step/evaluation.ts";
export { generatingMemory, type TrainingMemory, trainingMemory } from "./step/memory.ts";
export { stepGraph, type TrainedPart } from "./step/step-graph.ts";
export {
  DivergenceError,
  type StepResult,
  Trainer,
  type TrainerOptions,
} from "./step/trainer.ts";
