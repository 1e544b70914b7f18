/** Batches of random tokens for the small decoders of the tests. */
import seedrandom from "seedrandom";
import type { Batch } from "../../data/index.ts";

const sequenceLength = 16;
const vocabulary = 29;

/** Rows of the given lengths; what is left of a row is padding that is not learned. */
export function randomBatch(lengths: readonly number[], seed: string): Batch {
  const random = seedrandom(seed);
  const size = lengths.length * sequenceLength;
  const token = () => Math.floor(random() * vocabulary);
  // Counting up makes sure that a large batch has every token.
  const tokens = Int32Array.from({ length: size }, (_, i) => (i < vocabulary ? i : token()));
  const inside = (i: number) => i % sequenceLength < lengths[Math.floor(i / sequenceLength)]!;
  return {
    batchSize: lengths.length,
    sequenceLength: sequenceLength,
    tokens,
    targets: tokens.map((_, i) => (inside(i) ? token() : -100)),
    positions: tokens.map((_, i) => i % sequenceLength),
    segments: tokens.map((_, i) => (inside(i) ? 1 : 0)),
    targetCount: lengths.reduce((total, length) => total + length, 0),
    samples: lengths.length,
  };
}
