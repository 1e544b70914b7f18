/** Speed and memory of what this package does, beside a peer, and where the time goes. */
export type { Collective, CompiledMemory, CompileReport, Target } from "../../engine/xla/index.ts";
export {
  type BenchOptions,
  type BenchResult,
  bench,
  benchWithoutEngine,
  type PeerFigures,
} from "./bench.ts";
export {
  type BenchKind,
  type Benchmarked,
  type BenchmarkOptions,
  benchKinds,
  benchmark,
} from "./benchmark.ts";
export {
  type CompiledForTarget,
  compileForTarget,
  estimateOf,
  type StepEstimate,
  type TargetRequest,
} from "./compile-for-target.ts";
export { BenchError } from "./errors.ts";
export type { Timed, TurnOptions } from "./in-turn.ts";
export { inTurn, median, processorSeconds, timesAsFast, wallSeconds } from "./in-turn.ts";
export { pythonProgram } from "./peer.ts";
export type { ProgramTrace } from "./profile.ts";
export { type OperationTime, operationTimes, readTraces, writeTrace } from "./profile.ts";
export { profileTraining } from "./profile-training.ts";
export { type Profile, profiled } from "./profiled.ts";
export { fewestRounds, type RoundOptions } from "./rounds.ts";
export { type BenchShape, benchShape, benchShapes } from "./shapes.ts";
export type { PeerOptimiser, PeerWork, Workload } from "./workload.ts";
export { type GenerateWorkloadOptions, generateWorkload } from "./workloads/generate.ts";
export { matmulWorkload, type ProductShape, parseProductShape } from "./workloads/matmul.ts";
export { tokenizeWorkload } from "./workloads/tokenize.ts";
export { randomBatch, type TrainWorkloadOptions, trainWorkload } from "./workloads/train.ts";
