/** Continuing sequences: caches, sampling, constraints. */

export { CachePool, type CachePoolRoom, type PoolMember, type ReadPiece } from "./cache-pool.ts";
export type { CachePiece } from "./cache-rows.ts";
export { ContinuousBatch, type ContinuousBatchOptions } from "./continuous-batch.ts";
export { type DecodingShape, decodingGraph } from "./decoding-graph.ts";
export {
  ContextError,
  type DecodingRoom,
  DecodingSession,
  type RowMoves,
} from "./decoding-session.ts";
export { generate, generateSequences } from "./generate.ts";
export type {
  GeneratedSequence,
  GenerateOptions,
  SpeculationFigures,
} from "./generate-options.ts";
export type {
  GenerationEnd,
  GenerationEvents,
  GenerationRequest,
  RunningGeneration,
} from "./generation-request.ts";
export { type Guidance, guide, type SequenceLikelihood } from "./guidance.ts";
export { type JoinedShape, joinedGraph } from "./joined-graph.ts";
export { hiddenStates, logits, TokenError } from "./logits.ts";
export { type BatchRoom, poolOf } from "./pool-size.ts";
export type { SamplingPart } from "./sampling.ts";
export { defaultSampling, SamplingError, type SamplingOptions, sampleToken } from "./sampling.ts";
export type { Constraint, SampledToken, SequenceOptions, TokenLogprob } from "./sequence.ts";
export { Sequence } from "./sequence.ts";
export type { SpeculativeStep } from "./speculative-session.ts";
export { SpeculativeSession } from "./speculative-session.ts";
