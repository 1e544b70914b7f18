/** What a batch is asked to draw, and what it tells of it. */
import type { SequenceLikelihood } from "./guidance.ts";
import type { SamplingOptions } from "./sampling.ts";
import type { Constraint, SampledToken } from "./sequence.ts";

export interface GenerationRequest {
  /** Token ids, at least one. */
  readonly prompt: ArrayLike<number>;
  readonly sampling: SamplingOptions;
  readonly seed: number | string;
  readonly maxNewTokens: number;
  /** Ids that end it; they are part of the result. */
  readonly stopIds: readonly number[];
  /** The grammar of this request; null generates freely. */
  readonly constraint: Constraint | null;
  /** `prompt` stands where nothing is asked for. It costs a second row. */
  readonly guidance?: { readonly scale: number; readonly prompt: ArrayLike<number> } | null;
  /** As of `SampledToken`; null, unless given, tells no likelihood of tokens. */
  readonly alternatives?: number | null;
}

export interface GenerationEnd {
  /** `stop`: by its grammar or an end token. */
  readonly reason: "stop" | "length" | "cancelled" | "error";
  /** The new tokens. */
  readonly ids: readonly number[];
  /** Null without guidance. */
  readonly likelihood: SequenceLikelihood | null;
  /** What went wrong, for `error`. */
  readonly error?: unknown;
}

export interface GenerationEvents {
  readonly onToken?: (token: SampledToken) => void;
  /** Called once. */
  readonly onEnd?: (end: GenerationEnd) => void;
}

/** A request that was taken in. */
export interface RunningGeneration {
  readonly done: boolean;
  /** Tokens of its prompt that an earlier one had left in the caches, once it was read. */
  readonly promptTokensReused: number;
  /** Frees its rows at once; nothing where it has ended. */
  cancel(): void;
}
