/** Training: steps, optimisers, schedules, runs. */

export {
  isOutOfMemory,
  type MemoryQuestion,
  memoryAdvice,
  OutOfMemoryError,
} from "./guards/memory-advice.ts";
export type { SpikeOptions } from "./guards/spikes.ts";
export type { Suspect } from "./guards/suspects.ts";
export { type RankedStep, ranked } from "./loop/best.ts";
export type { LoopBatch } from "./loop/loop.ts";
export {
  type HeldOutLoss,
  type LoopEvaluation,
  type LoopOptions,
  type LoopOutcome,
  type LoopParts,
  type LoopResult,
  type LoopState,
  type LoopStep,
  loopOutcomes,
  type StepBatches,
  type StepTrainer,
  TrainingLoop,
} from "./loop/loop.ts";
export { Clock, Speed } from "./loop/speed.ts";
export type { Growth } from "./loop/step-batches.ts";
export { DatasetBatches, type DatasetBatchesOptions } from "./loop/step-batches.ts";
export type { Waiting } from "./loop/waiting.ts";
export type { BatchShape, LossOptions } from "./loss/loss.ts";
export type { LossBatch, Objective, PassResult } from "./loss/objective.ts";
export { Adafactor, type AdafactorOptions } from "./optimisers/adafactor.ts";
export { AdamW, type AdamWOptions } from "./optimisers/adamw.ts";
export { AdamW8bit } from "./optimisers/adamw-8bit.ts";
export { Lion, type LionOptions } from "./optimisers/lion.ts";
export {
  makeOptimizer,
  type OptimizerName,
  type OptimizerOptions,
} from "./optimisers/make-optimizer.ts";
export { Muon, type MuonOptions, orthogonalise } from "./optimisers/muon.ts";
export type { OptimisedParameter, Optimizer } from "./optimisers/optimizer.ts";
export { matching, type ParameterGroup, PatternError } from "./optimisers/parameter-groups.ts";
export { Sgd, type SgdOptions } from "./optimisers/sgd.ts";
export { averagesIn, refuseDrift, sumOfWeights } from "./parallel/drift.ts";
export { isOwn, oneProcess, type ParallelOptions, type Ranked } from "./parallel/options.ts";
export type { SavedTensor } from "./parallel/update.ts";
export { type DpoLossType, type DpoOptions, dpoLossTypes } from "./preference/dpo-loss.ts";
export type { DpoFigure } from "./preference/dpo-objective.ts";
export { type DpoEvaluation, DpoTrainer } from "./preference/dpo-trainer.ts";
export { PairBatches, type PairBatchesOptions, pairsInOrder } from "./preference/pair-batches.ts";
export { type ReferenceLogProbs, referenceLogProbs } from "./preference/reference.ts";
export { learningRateAt, type ScheduleName, type ScheduleOptions } from "./schedules/schedule.ts";
export { type Evaluation, evaluateModel, type SharedOut } from "./step/evaluation.ts";
export { generatingMemory, type TrainingMemory, trainingMemory } from "./step/memory.ts";
export { stepGraph, type TrainedPart } from "./step/step-graph.ts";
export type { BatchFeeds } from "./step/target-positions.ts";
export { DivergenceError, ObjectiveTrainer, Trainer } from "./step/trainer.ts";
export type { StepResult, StepTrouble, TrainerOptions } from "./step/trainer-options.ts";
export type { Averaged } from "./step/weight-average.ts";
export { type AverageOptions, averageDecayAt, WeightAverage } from "./step/weight-average.ts";
