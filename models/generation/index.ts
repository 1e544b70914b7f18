/** Continuing sequences: caches, sampling, constraints. */
export { ContextError, DecodingSession } from "./decoding-session.ts";
export { type Constraint, type GenerateOptions, generate } from "./generate.ts";
export { defaultSampling, SamplingError, type SamplingOptions, sampleToken } from "./sampling.ts";
