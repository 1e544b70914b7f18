/** Choosing the next token from logits. */
import { PathloomError } from "../../errors/index.ts";
import { likeliestIds } from "./likeliest.ts";

export interface SamplingOptions {
  /** 0 takes the likeliest token; 1 samples from the model's own distribution. */
  readonly temperature: number;
  /** Only the likeliest k tokens; 0 for all. */
  readonly topK: number;
  /** Only the likeliest tokens that together have this probability (Holtzman et al. 2020). */
  readonly topP: number;
  /**
   * Above 1 makes tokens that stand in the sequence already, the prompt included, less likely (Keskar et
   * al. 2019), as in `transformers`.
   */
  readonly repetitionPenalty: number;
  /** Another temperature where the likeliest token is one of these. */
  readonly part?: SamplingPart;
}

export interface SamplingPart {
  /** By token id: 1 for those of the part. */
  readonly tokens: Uint8Array;
  /** As {@link SamplingOptions.temperature}. */
  readonly temperature: number;
}

export const defaultSampling: SamplingOptions = {
  temperature: 1,
  topK: 0,
  topP: 1,
  repetitionPenalty: 1,
};

export class SamplingError extends PathloomError {
  override readonly name: string = "SamplingError";
  override readonly code: string = "ERR_SAMPLING";
}

/**
 * Draws a token. The logits are changed in place.
 * @param logits `[vocabulary]`; -Infinity never is drawn.
 * @param seen the tokens of the prompt and those so far, for the repetition penalty.
 * @param random uniform in [0, 1).
 * @throws SamplingError when no logit is finite, or one is NaN.
 */
export function sampleToken(
  logits: Float32Array,
  options: SamplingOptions,
  seen: Iterable<number>,
  random: () => number,
): number {
  if (options.repetitionPenalty !== 1) penalise(logits, options.repetitionPenalty, seen);
  const { ids, own, best, highest } = thoseThatMayFollow(logits);
  const { topK, topP, part } = options;
  const temperature = part?.tokens[best] === 1 ? part.temperature : options.temperature;
  if (temperature === 0) return best;
  const weights = weightsOf(own, highest, temperature);
  const isCut = topK > 0 || topP < 1;
  return ids[draw(isCut ? nucleus(own, weights, topK, topP) : null, weights, random)]!;
}

function penalise(logits: Float32Array, penalty: number, seen: Iterable<number>): void {
  for (const id of new Set(seen)) {
    const logit = logits[id]!;
    logits[id] = logit > 0 ? logit / penalty : logit * penalty;
  }
}

/** The tokens that may follow, in order: under a grammar few of all. */
interface Candidates {
  readonly ids: Int32Array;
  /** Their logits. */
  readonly own: Float32Array;
  /** The likeliest id, and its logit. */
  readonly best: number;
  readonly highest: number;
}

/** Memory of a draw, which the next one writes over: to make it anew costs more than to fill it. */
let room = { ids: new Int32Array(0), own: new Float32Array(0), weights: new Float64Array(0) };

function roomFor(count: number): typeof room {
  if (room.ids.length < count) {
    room = {
      ids: new Int32Array(count),
      own: new Float32Array(count),
      weights: new Float64Array(count),
    };
  }
  return room;
}

function thoseThatMayFollow(logits: Float32Array): Candidates {
  const { ids, own } = roomFor(logits.length);
  let best = -1;
  let count = 0;
  let highest = Number.NEGATIVE_INFINITY;
  for (let id = 0; id < logits.length; id++) {
    const logit = logits[id]!;
    if (logit === Number.NEGATIVE_INFINITY) continue;
    if (logit > highest) {
      highest = logit;
      best = id;
    } else if (Number.isNaN(logit)) {
      throw new SamplingError(`the logit of token ${id} is not a number`);
    }
    ids[count] = id;
    own[count++] = logit;
  }
  if (best < 0) throw new SamplingError("no token may follow: every logit is -Infinity");
  return { ids, own: own.subarray(0, count), best, highest };
}

/** Probabilities relative to that of the likeliest, which is 1. */
function weightsOf(logits: Float32Array, highest: number, temperature: number): Float64Array {
  const weights = roomFor(logits.length).weights.subarray(0, logits.length);
  for (let id = 0; id < logits.length; id++) {
    weights[id] = Math.exp((logits[id]! - highest) / temperature);
  }
  return weights;
}

/** The nucleus is seldom more than a few of all tokens: it is looked for among so many first. */
const firstLook = 16;

/** The fewest likeliest tokens, of the top k where there is one, that reach the probability. */
function nucleus(
  logits: Float32Array,
  weights: Float64Array,
  topK: number,
  topP: number,
): Int32Array {
  if (topK > 0) {
    const ids = likeliestIds(logits, topK);
    return reaching(topP * ids.reduce((sum, id) => sum + weights[id]!, 0), ids, weights);
  }
  let total = 0;
  for (let id = 0; id < weights.length; id++) total += weights[id]!;
  const enough = topP * total;
  for (let count = firstLook; ; count *= 16) {
    const ids = likeliestIds(logits, count);
    const found = reaching(enough, ids, weights);
    if (found.length < ids.length || ids.length === logits.length) return found;
  }
}

/** The first ids, at least one, that together have so much weight; all where they have less. */
function reaching(enough: number, ids: Int32Array, weights: Float64Array): Int32Array {
  let sum = weights[ids[0]!]!;
  let count = 1;
  while (count < ids.length && sum < enough) sum += weights[ids[count++]!]!;
  return ids.subarray(0, count);
}

/** @param ids those to draw from; null for all. */
function draw(ids: Int32Array | null, weights: Float64Array, random: () => number): number {
  const count = ids === null ? weights.length : ids.length;
  const idAt = (place: number) => (ids === null ? place : ids[place]!);
  let sum = 0;
  for (let place = 0; place < count; place++) sum += weights[idAt(place)]!;
  let left = random() * sum;
  let drawn = -1;
  for (let place = 0; place < count && left >= 0; place++) {
    const weight = weights[idAt(place)]!;
    if (weight === 0) continue;
    drawn = idAt(place);
    left -= weight;
  }
  return drawn;
}
