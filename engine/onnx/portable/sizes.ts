/**
 * Sizes that are known only at the run. A graph's shapes are fixed, so the same graph is built for a few
 * sets of sizes; a number that differs between them is written as a product of the sizes' names. The sets
 * are primes that no sizes of a model share by chance in all of them.
 */
import { EngineError } from "../../engine.ts";

/** By name. */
export type Sizes = Readonly<Record<string, number>>;

/** `factor` times the sizes of these names: `[6, ["batch"]]`. No names: a number. */
export interface SizeProduct {
  readonly factor: number;
  readonly names: readonly string[];
}

/**
 * What the number of each set of sizes is in all of them.
 * @param numbers one a set.
 * @throws EngineError for what is no product of sizes: the graph cannot be written for all sizes then.
 */
export function asProduct(numbers: readonly number[], sets: readonly Sizes[]): SizeProduct {
  const [first] = numbers as readonly [number, ...number[]];
  if (numbers.every((number) => number === first)) return { factor: first, names: [] };
  for (const names of subsets(Object.keys(sets[0]!))) {
    const product = (sizes: Sizes) => names.reduce((by, name) => by * sizes[name]!, 1);
    const factor = first / product(sets[0]!);
    const fits = numbers.every((number, i) => number === factor * product(sets[i]!));
    if (fits && Number.isInteger(factor)) return { factor, names };
  }
  throw new EngineError(
    `${numbers.join(", ")} for ${sets.map((each) => JSON.stringify(each)).join(", ")} is no product of sizes: the graph holds for one size alone`,
  );
}

/** Of one name, then of two, and so on: the simplest product that fits is taken. */
function subsets(names: readonly string[]): string[][] {
  let all: string[][] = [[]];
  for (const name of names) all = [...all, ...all.map((each) => [...each, name])];
  return all.slice(1).sort((a, b) => a.length - b.length);
}
