/** Continues prompts token by token. */
import type { DecodingModel } from "../decoding-model.ts";
import { ContinuousBatch, type GenerationEnd, type GenerationRequest } from "./continuous-batch.ts";
import { ContextError } from "./decoding-session.ts";
import type { Guidance, SequenceLikelihood } from "./guidance.ts";
import type { SamplingOptions } from "./sampling.ts";
import type { Constraint } from "./sequence.ts";
import { draftsOf, type SpeculationFigures, speculateSequences } from "./speculate.ts";

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

/**
 * Continues token ids with any model, caches of keys and values included.
 * @param prompts token ids, at least one each.
 * @returns the new tokens of each sequence.
 * @throws ContextError when a prompt with its new tokens exceeds the model's context.
 * @example
 * import { defaultSampling } from "pathloom/models";
 *
 * const [ids] = generate(model, [[1, 2, 3]], {
 *   sampling: { ...defaultSampling, temperature: 0 },
 *   ...{ seeds: [1], maxNewTokens: [32], stopIds: [0], constraints: null },
 * });
 */
export function generate(
  model: DecodingModel,
  prompts: readonly ArrayLike<number>[],
  options: GenerateOptions,
): number[][] {
  return generateSequences(model, prompts, options).map(({ ids }) => [...ids]);
}

/** As {@link generate}, with what guidance tells of each sequence. */
export function generateSequences(
  model: DecodingModel,
  prompts: readonly ArrayLike<number>[],
  options: GenerateOptions,
): GeneratedSequence[] {
  const { guidance, seeds, maxNewTokens, sampling, stopIds, constraints } = options;
  const branches = guidance === undefined ? [prompts] : [prompts, guidance.prompts];
  const capacity = capacityFor(model, branches, maxNewTokens);
  const drafts = draftsOf(model.config, options.speculate ?? 0);
  if (drafts > 0 && prompts.length > 0) {
    return speculateSequences(model, prompts, { ...options, drafts }, capacity);
  }
  const atOnce = Math.max(1, Math.min(options.atOnce ?? prompts.length, prompts.length));
  const batch = new ContinuousBatch(model, { capacity, rows: atOnce * branches.length });
  const ends: GenerationEnd[] = [];
  let complete = 0;
  let failed: GenerationEnd | undefined;
  try {
    for (const [i, prompt] of prompts.entries()) {
      const unprompted = guidance?.prompts[i];
      const request: GenerationRequest = {
        prompt,
        sampling,
        stopIds,
        seed: seeds[i]!,
        maxNewTokens: maxNewTokens[i]!,
        constraint: constraints?.[i] ?? null,
        guidance: guidance && unprompted ? { scale: guidance.scale, prompt: unprompted } : null,
      };
      batch.submit(request, {
        onEnd(end) {
          ends[i] = end;
          if (end.reason === "error") failed ??= end;
          if (end.reason === "stop" || end.reason === "length") options.onComplete?.(++complete);
        },
      });
    }
    for (let steps = 1, open = true; open; steps++) {
      open = batch.step();
      options.onStep?.(steps);
      if (failed !== undefined) throw failed.error;
    }
    return ends.map(({ ids, likelihood }) => ({ ids, likelihood }));
  } finally {
    batch.dispose();
  }
}

/** Tokens of the longest sequence. */
function capacityFor(
  { config }: DecodingModel,
  branches: readonly (readonly ArrayLike<number>[])[],
  maxNewTokens: readonly number[],
): number {
  let most = 0;
  for (const prompts of branches) {
    for (const [i, { length }] of prompts.entries()) {
      const tokens = length + maxNewTokens[i]!;
      if (tokens > config.contextLength) {
        throw new ContextError(
          `prompt ${i} has ${length} tokens, which with ${maxNewTokens[i]} new ones exceed the context of ${config.contextLength}`,
        );
      }
      if (length === 0) throw new ContextError(`prompt ${i} has no tokens`);
      most = Math.max(most, tokens);
    }
  }
  return most;
}
