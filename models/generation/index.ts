/** Continuing sequences: caches, sampling, constraints. */
export { type DecodingShape, decodingGraph } from "./decoding-graph.ts";
export { ContextError, DecodingSession } from "./decoding-session.ts";
export { type Constraint, type GenerateOptions, generate } from "./generate.ts";
export { defaultSampling, SamplingError, type SamplingOptions, sampleToken } from "./sampling.ts";
