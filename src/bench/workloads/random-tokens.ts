/** Token ids that say nothing, the same every time. */
import seedrandom from "seedrandom";

/** @returns `rows` lists of `time` ids below `vocabulary`. */
export function randomTokens(rows: number, time: number, vocabulary: number, seed: string) {
  const random = seedrandom(seed);
  return Array.from({ length: rows }, () =>
    Array.from({ length: time }, () => Math.floor(random() * vocabulary)),
  );
}
