/** Choosing the next token from logits. */

export interface SamplingOptions {
  /** 0 takes the likeliest token; 1 samples from the model's own distribution. */
  readonly temperature: number;
  /** Only the likeliest k tokens; 0 for all. */
  readonly topK: number;
  /** Only the likeliest tokens that together have this probability (Holtzman et al. 2020). */
  readonly topP: number;
  /** Above 1 makes tokens that were generated before less likely (Keskar et al. 2019). */
  readonly repetitionPenalty: number;
}

export const defaultSampling: SamplingOptions = {
  temperature: 1,
  topK: 0,
  topP: 1,
  repetitionPenalty: 1,
};

export class SamplingError extends Error {
  override readonly name = "SamplingError";
}

/**
 * Draws a token. The logits are changed in place.
 * @param logits `[vocabulary]`; -Infinity never is drawn.
 * @param generated the tokens so far, for the repetition penalty.
 * @param random uniform in [0, 1).
 * @throws SamplingError when no logit is finite, or one is NaN.
 */
export function sampleToken(
  logits: Float32Array,
  options: SamplingOptions,
  generated: Iterable<number>,
  random: () => number,
): number {
  if (options.repetitionPenalty !== 1) penalise(logits, options.repetitionPenalty, generated);
  const best = likeliest(logits);
  if (options.temperature === 0) return best;
  const candidates = candidatesByLogit(logits, best, options);
  return draw(candidates, options.topP, random);
}

function penalise(logits: Float32Array, penalty: number, generated: Iterable<number>): void {
  for (const id of new Set(generated)) {
    const logit = logits[id]!;
    logits[id] = logit > 0 ? logit / penalty : logit * penalty;
  }
}

function likeliest(logits: Float32Array): number {
  let best = -1;
  let highest = Number.NEGATIVE_INFINITY;
  for (let id = 0; id < logits.length; id++) {
    const logit = logits[id]!;
    if (Number.isNaN(logit)) throw new SamplingError(`the logit of token ${id} is not a number`);
    if (logit > highest) {
      highest = logit;
      best = id;
    }
  }
  if (best < 0) throw new SamplingError("no token may follow: every logit is -Infinity");
  return best;
}

interface Candidate {
  readonly id: number;
  /** Relative to the likeliest's, which is 1. */
  readonly weight: number;
}

/** Tokens that may be drawn, likeliest first when they are to be cut, else in the vocabulary's order. */
function candidatesByLogit(
  logits: Float32Array,
  best: number,
  options: SamplingOptions,
): Candidate[] {
  const candidates: Candidate[] = [];
  const highest = logits[best]!;
  for (let id = 0; id < logits.length; id++) {
    const weight = Math.exp((logits[id]! - highest) / options.temperature);
    if (weight > 0) candidates.push({ id, weight });
  }
  if (options.topK === 0 && options.topP >= 1) return candidates;
  candidates.sort((a, b) => b.weight - a.weight || a.id - b.id);
  return options.topK > 0 ? candidates.slice(0, options.topK) : candidates;
}

function draw(candidates: readonly Candidate[], topP: number, random: () => number): number {
  const total = candidates.reduce((sum, candidate) => sum + candidate.weight, 0);
  let nucleus = 0;
  let count = 0;
  while (count < candidates.length && (count === 0 || nucleus < topP * total)) {
    nucleus += candidates[count]!.weight;
    count++;
  }
  let left = random() * nucleus;
  for (const candidate of candidates.slice(0, count)) {
    left -= candidate.weight;
    if (left < 0) return candidate.id;
  }
  return candidates[count - 1]!.id;
}
