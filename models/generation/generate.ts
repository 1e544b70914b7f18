/** Continues prompts token by token. */
import seedrandom from "seedrandom";
import type { Model } from "../model.ts";
import { ContextError, DecodingSession } from "./decoding-session.ts";
import { type SamplingOptions, sampleToken } from "./sampling.ts";

/** What may follow, and when a sequence is complete; a grammar automaton's state is one. */
export interface Constraint {
  readonly done: boolean;
  /** Sets the logits of tokens that may not follow to -Infinity. */
  mask(logits: Float32Array): void;
  accept(id: number): void;
}

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
  /** Called after each step with the number of tokens so far. */
  readonly onStep?: (tokens: number) => void;
}

/**
 * @param prompts token ids, at least one each.
 * @returns the new tokens of each sequence.
 * @throws ContextError when a prompt with its new tokens exceeds the model's context.
 */
export function generate(
  model: Model,
  prompts: readonly ArrayLike<number>[],
  options: GenerateOptions,
): number[][] {
  const lengths = prompts.map((prompt, i) => prompt.length + options.maxNewTokens[i]!);
  const capacity = Math.max(...lengths);
  const { contextLength: context } = model.config;
  if (capacity > context) {
    const longest = lengths.indexOf(capacity);
    throw new ContextError(
      `prompt ${longest} has ${prompts[longest]!.length} tokens, which with ${options.maxNewTokens[longest]} new ones exceed the context of ${context}`,
    );
  }
  const session = new DecodingSession(model, { batch: prompts.length, capacity });
  try {
    return continueAll(session, prompts, options);
  } finally {
    session.dispose();
  }
}

function continueAll(
  session: DecodingSession,
  prompts: readonly ArrayLike<number>[],
  options: GenerateOptions,
): number[][] {
  const sequences = prompts.map((_, i) => new Sequence(options, i));
  const tokens = new Int32Array(prompts.length);
  let logits = session.prefill(prompts);
  const vocabulary = logits.length / prompts.length;
  for (let step = 1; ; step++) {
    for (const [i, sequence] of sequences.entries()) {
      if (!sequence.done) {
        tokens[i] = sequence.choose(logits.subarray(i * vocabulary, (i + 1) * vocabulary));
      }
    }
    options.onStep?.(step);
    if (sequences.every((sequence) => sequence.done)) break;
    logits = session.step(tokens);
  }
  return sequences.map((sequence) => sequence.ids);
}

class Sequence {
  readonly ids: number[] = [];
  done = false;
  readonly #options: GenerateOptions;
  readonly #constraint: Constraint | null;
  readonly #limit: number;
  readonly #random: () => number;

  constructor(options: GenerateOptions, index: number) {
    this.#options = options;
    this.#constraint = options.constraints?.[index] ?? null;
    this.#limit = options.maxNewTokens[index]!;
    this.#random = seedrandom(String(options.seeds[index]));
  }

  /** Draws the next token; the logits are changed in place. */
  choose(logits: Float32Array): number {
    this.#constraint?.mask(logits);
    const id = sampleToken(logits, this.#options.sampling, this.ids, this.#random);
    this.#constraint?.accept(id);
    this.ids.push(id);
    this.done =
      this.#constraint?.done === true ||
      this.#options.stopIds.includes(id) ||
      this.ids.length >= this.#limit;
    return id;
  }
}
