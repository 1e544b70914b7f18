/**
 * The baselines a decoder is measured against: n-gram models with interpolated modified Kneser-Ney
 * smoothing (Chen and Goodman 1998, section 3), over the same tokens, trained on the same samples,
 * scored on the same target positions.
 */
import { type Sample, targetsOf } from "../../data/index.ts";

/** What happened after one context: each token's count. */
interface Followers {
  readonly counts: Map<number, number>;
  total: number;
  /** What the discounts take from the counts, for the shorter context to spread. */
  reserved: number;
}

interface Level {
  /** Context key -> followers. */
  readonly contexts: Map<number, Followers>;
  /** Discounts of counts of 1, of 2, and of 3 and more. */
  discounts: readonly [number, number, number];
}

export class NgramModel {
  /** Length of an n-gram: 2 for a bigram model. */
  readonly order: number;
  readonly #vocabularySize: number;
  /** By context length, 0 to order - 1. */
  readonly #levels: readonly Level[];

  /**
   * Counts every place of `samples` from the one after the drawing's opening token; what stands
   * before it serves as context.
   * @throws RangeError for an order outside 1 to 3, or a vocabulary whose contexts cannot be numbered.
   */
  constructor(order: number, samples: Iterable<Sample>, vocabularySize: number) {
    if (!Number.isInteger(order) || order < 1 || order > 3) {
      throw new RangeError(`expected an order of 1, 2 or 3, but found ${order}`);
    }
    if ((vocabularySize + 1) ** order > Number.MAX_SAFE_INTEGER) {
      throw new RangeError(`a vocabulary of ${vocabularySize} is too large for order ${order}`);
    }
    this.order = order;
    this.#vocabularySize = vocabularySize;
    this.#levels = this.#count(samples);
  }

  /** Natural logarithm of the probability of `sample.tokens[place]` after those before it. */
  logProbability(sample: Sample, place: number): number {
    const token = sample.tokens[place];
    if (token === undefined) throw new RangeError(`place ${place} of ${sample.tokens.length}`);
    let probability = 1 / this.#vocabularySize;
    for (let length = 0; length < this.order; length++) {
      const level = this.#levels[length];
      const followers = level?.contexts.get(this.#key(sample.tokens, place, length));
      if (level && followers) probability = interpolate(level, followers, token, probability);
    }
    return Math.log(probability);
  }

  /** The number of the `length` tokens before `place`; places before the sample count as a token. */
  #key(tokens: Int32Array, place: number, length: number): number {
    let key = 0;
    for (let back = length; back >= 1; back--) {
      key = key * (this.#vocabularySize + 1) + (tokens[place - back] ?? this.#vocabularySize);
    }
    return key;
  }

  #count(samples: Iterable<Sample>): Level[] {
    const levels = Array.from({ length: this.order }, emptyLevel);
    for (const sample of samples) {
      const [from, to] = targetsOf(sample);
      for (let place = from; place < to; place++) {
        this.#countPlace(levels, sample.tokens, place);
      }
    }
    for (const level of levels) discount(level);
    return levels;
  }

  /**
   * The longest context counts occurrences; a shorter one counts in how many longer contexts its
   * n-gram was seen, so it moves only when the longer n-gram is new.
   */
  #countPlace(levels: readonly Level[], tokens: Int32Array, place: number): void {
    const token = tokens[place] ?? 0;
    for (let length = this.order - 1; length >= 0; length--) {
      const { contexts } = levels[length] as Level;
      const key = this.#key(tokens, place, length);
      const followers = contexts.get(key) ?? noFollowers();
      const before = followers.counts.get(token) ?? 0;
      contexts.set(key, followers);
      followers.counts.set(token, before + 1);
      followers.total++;
      if (before > 0) return;
    }
  }
}

function emptyLevel(): Level {
  return { contexts: new Map(), discounts: [0, 0, 0] };
}

function noFollowers(): Followers {
  return { counts: new Map(), total: 0, reserved: 0 };
}

function discount(level: Level): void {
  level.discounts = discountsOf(level);
  for (const followers of level.contexts.values()) {
    for (const count of followers.counts.values()) followers.reserved += discountOf(level, count);
  }
}

/** The discounts of Chen and Goodman, from how many n-grams were seen once to four times. */
function discountsOf(level: Level): [number, number, number] {
  const seen = [0, 0, 0, 0, 0];
  for (const { counts } of level.contexts.values()) {
    for (const count of counts.values()) if (count <= 4) seen[count] = (seen[count] ?? 0) + 1;
  }
  const [, one = 0, two = 0, three = 0, four = 0] = seen;
  const ratio = one / (one + 2 * two || 1);
  const fromCounts = (count: number, these: number, next: number) =>
    these === 0 ? 0.5 : count - ((count + 1) * ratio * next) / these;
  const clamp = (value: number, most: number) => Math.min(Math.max(value, 0.05), most - 0.05);
  return [
    clamp(fromCounts(1, one, two), 1),
    clamp(fromCounts(2, two, three), 2),
    clamp(fromCounts(3, three, four), 3),
  ];
}

function interpolate(level: Level, followers: Followers, token: number, lower: number): number {
  const count = followers.counts.get(token) ?? 0;
  const kept = count === 0 ? 0 : count - discountOf(level, count);
  return (kept + followers.reserved * lower) / followers.total;
}

function discountOf({ discounts }: Level, count: number): number {
  return discounts[Math.min(count, 3) - 1] ?? 0;
}
