/** One sequence that is being continued: how its next token is chosen, and when it is complete. */
import seedrandom from "seedrandom";
import { guide, logSumExpOf, type SequenceLikelihood } from "./guidance.ts";
import { likeliestIds } from "./likeliest.ts";
import { type SamplingOptions, sampleToken } from "./sampling.ts";

/** What may follow, and when a sequence is complete; a grammar automaton's state is one. */
export interface Constraint {
  readonly done: boolean;
  /** Sets the logits of tokens that may not follow to -Infinity. */
  mask(logits: Float32Array): void;
  accept(id: number): void;
}

export interface SequenceOptions {
  readonly sampling: SamplingOptions;
  /** What is continued: its tokens count for the repetition penalty. */
  readonly prompt: ArrayLike<number>;
  readonly seed: number | string;
  readonly maxNewTokens: number;
  readonly stopIds: readonly number[];
  readonly constraint: Constraint | null;
  /** Of the guidance; null where there is none. */
  readonly scale: number | null;
  /** How many of the likeliest tokens are told beside each that is drawn; null tells no likelihood. */
  readonly alternatives?: number | null;
}

/** ln p is that of the model after the prompt, without grammar, guidance or temperature. */
export interface TokenLogprob {
  readonly id: number;
  readonly logprob: number;
}

export interface SampledToken {
  readonly id: number;
  /** Null where it was not asked for. */
  readonly logprob: number | null;
  /** The likeliest tokens, likeliest first. */
  readonly alternatives: readonly TokenLogprob[];
}

export class Sequence {
  readonly ids: number[] = [];
  done = false;
  /** Whether it ended by itself, not for want of room. */
  stopped = false;
  readonly #options: SequenceOptions;
  readonly #random: () => number;
  /** The prompt's tokens and those so far, each once. */
  readonly #seen: Set<number>;
  #prompted = 0;
  #unprompted = 0;

  constructor(options: SequenceOptions) {
    this.#options = options;
    this.#seen = new Set(Array.from(options.prompt));
    this.#random = seedrandom(String(options.seed));
  }

  /** Of the tokens so far; null without guidance. */
  get likelihood(): SequenceLikelihood | null {
    if (this.#options.scale === null) return null;
    return { prompted: this.#prompted, unprompted: this.#unprompted };
  }

  /**
   * Draws the next token.
   * @param logits after the prompt and the tokens so far; changed in place.
   * @param without the same after the prompt of which nothing is said; null without guidance.
   */
  choose(logits: Float32Array, without: Float32Array | null): SampledToken {
    const { constraint, sampling, scale, stopIds, maxNewTokens } = this.#options;
    const { alternatives = null } = this.#options;
    const prompted = without === null && alternatives === null ? null : logits.slice();
    if (without !== null && scale !== null) guide(logits, without, scale);
    constraint?.mask(logits);
    const id = sampleToken(logits, sampling, this.#seen, this.#random);
    constraint?.accept(id);
    this.ids.push(id);
    this.#seen.add(id);
    this.stopped = constraint?.done === true || stopIds.includes(id);
    this.done = this.stopped || this.ids.length >= maxNewTokens;
    if (prompted === null) return { id, logprob: null, alternatives: [] };
    const total = logSumExpOf(prompted);
    const logprob = prompted[id]! - total;
    if (without !== null) {
      this.#prompted += logprob;
      this.#unprompted += without[id]! - logSumExpOf(without);
    }
    if (alternatives === null) return { id, logprob: null, alternatives: [] };
    const likeliest = Array.from(likeliestIds(prompted, alternatives), (other) => ({
      id: other,
      logprob: prompted[other]! - total,
    }));
    return { id, logprob, alternatives: likeliest };
  }
}
