/** What generation is asked for, and what it gives. */
import type { CacheDtype } from "../decoder/layer-cache.ts";
import type { Guidance, SequenceLikelihood } from "./guidance.ts";
import type { SamplingOptions } from "./sampling.ts";
import type { Constraint } from "./sequence.ts";

export interface GenerateOptions {
  readonly sampling: SamplingOptions;
  /** One a sequence, which draws from a stream of its own whatever else is in the batch. */
  readonly seeds: readonly (number | string)[];
  /** One a sequence. */
  readonly maxNewTokens: readonly number[];
  /** Ids that end a sequence; they are part of the result. */
  readonly stopIds: readonly number[];
  /** One a sequence; null generates freely. */
  readonly constraints: readonly Constraint[] | null;
  /** None unless given. It costs a second sequence in the batch for each. */
  readonly guidance?: Guidance;
  /**
   * Sequences continued at once; all unless given. When one is complete, the next takes its place.
   */
  readonly atOnce?: number;
  /**
   * Tokens that the model's heads draft before each run of the decoder, at most; 0 unless given, and where
   * the model has no such heads. The sequences are the same, and are continued one after the other.
   */
  readonly speculate?: number;
  /** Called when a sequence is complete that was drafted, with what drafting saved so far. */
  readonly onSpeculation?: (figures: SpeculationFigures) => void;
  /** How keys and values of earlier tokens are kept; float32 unless given. Not together with drafts. */
  readonly cacheDtype?: CacheDtype;
  /** Called after each step with the number of steps so far. */
  readonly onStep?: (steps: number) => void;
  /** Called when a sequence is complete, with how many are. */
  readonly onComplete?: (sequences: number) => void;
}

export interface GeneratedSequence {
  /** The new tokens. */
  readonly ids: readonly number[];
  /** Null without guidance. */
  readonly likelihood: SequenceLikelihood | null;
}

/** What drafting saved. */
export interface SpeculationFigures {
  /** Runs of the decoder after the prompts. */
  readonly steps: number;
  /** Tokens that they gave: `tokens / steps` a step, 1 without drafts. */
  readonly tokens: number;
  /** Tokens that were drafted. */
  readonly drafted: number;
  /** Of them, those that were drawn. */
  readonly accepted: number;
}
