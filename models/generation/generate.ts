/** Continues prompts token by token. */
import type { DecodingModel } from "../decoding-model.ts";
import { ContinuousBatch } from "./continuous-batch.ts";
import { ContextError } from "./decoding-session.ts";
import type { GeneratedSequence, GenerateOptions } from "./generate-options.ts";
import type { GenerationEnd, GenerationRequest } from "./generation-request.ts";
import { draftsOf, speculateSequences } from "./speculate.ts";

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
  const { guidance, seeds, maxNewTokens, sampling, stopIds, constraints, cacheDtype } = options;
  const branches = guidance === undefined ? [prompts] : [prompts, guidance.prompts];
  const capacity = capacityFor(model, branches, maxNewTokens);
  const drafts = draftsOf(model.config, options.speculate ?? 0);
  if (drafts > 0 && prompts.length > 0) {
    if (cacheDtype === "int8") throw new ContextError(noDrafts);
    return speculateSequences(model, prompts, { ...options, drafts }, capacity);
  }
  const atOnce = Math.max(1, Math.min(options.atOnce ?? prompts.length, prompts.length));
  const rows = atOnce * branches.length;
  const batch = new ContinuousBatch(model, { capacity, rows, cacheDtype });
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

const noDrafts =
  "drafts are read over caches of float32: draw without drafts, or leave the cache as it is";

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
