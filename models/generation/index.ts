/** Continuing sequences: caches, sampling, constraints. */

export type { CachePiece } from "./cache-rows.ts";
export type { ContinuousBatchOptions } from "./continuous-batch.ts";
export {
  ContinuousBatch,
  type GenerationEnd,
  type GenerationEvents,
  type GenerationRequest,
  type RunningGeneration,
} from "./continuous-batch.ts";
export { type DecodingShape, decodingGraph } from "./decoding-graph.ts";
export { ContextError, type DecodingRoom, DecodingSession } from "./decoding-session.ts";
export { generate, generateSequences } from "./generate.ts";
export type {
  GeneratedSequence,
  GenerateOptions,
  SpeculationFigures,
} from "./generate-options.ts";
export { type Guidance, guide, type SequenceLikelihood } from "./guidance.ts";
export { type JoinedShape, joinedGraph } from "./joined-graph.ts";
export { hiddenStates, logits, TokenError } from "./logits.ts";
export type { SamplingPart } from "./sampling.ts";
export { defaultSampling, SamplingError, type SamplingOptions, sampleToken } from "./sampling.ts";
export type { Constraint, SampledToken, SequenceOptions, TokenLogprob } from "./sequence.ts";
export { Sequence } from "./sequence.ts";
export type { SpeculativeStep } from "./speculative-session.ts";
export { SpeculativeSession } from "./speculative-session.ts";
