/** A model that learns from the best of its own drawings, round by round. */
export { type KeepOptions, type KeptRow, keepBest, type PairRow, pairUp } from "./choose.ts";
export { type DrawnRecord, type RoundRecord, readRounds, rejectionPaths } from "./records.ts";
export {
  type RejectionObserver,
  type RejectionOptions,
  type RejectionResult,
  rejectionSampling,
} from "./rejection-sampling.ts";
