/** Training: steps, optimisers, schedules, runs. */

export { runStateOf } from "../src/runs/checkpoints.ts";
export { contextLengthOf } from "../src/runs/context.ts";
export type {
  EvaluationEvent,
  RunObserver,
  RunResult,
  RunStart,
  StepEvent,
} from "../src/runs/events.ts";
export { drawOptions } from "../src/runs/options.ts";
export {
  type MeasuredSet,
  measuredSet,
  type PreparedData,
  prepareData,
  scoredDrawings,
} from "../src/runs/prepare-data.ts";
export { type OpenOptions, openPretrained, type Pretrained } from "../src/runs/pretrained.ts";
export { pathOptionsOf } from "../src/runs/tokenizer.ts";
export { type TrainOptions, train } from "../src/runs/train.ts";
export { weightDtypeOf } from "../src/runs/trainable-model.ts";
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
