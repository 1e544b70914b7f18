/** Token ids that say nothing, the same every time. */
import seedrandom from "seedrandom";

/** @returns `rows` lists of `sequenceLength` ids below `vocabulary`. */
export function randomTokens(
  rows: number,
  sequenceLength: number,
  vocabulary: number,
  seed: string,
) {
  const random = seedrandom(seed);
  return Array.from({ length: rows }, () =>
    Array.from({ length: sequenceLength }, () => Math.floor(random() * vocabulary)),
  );
}
