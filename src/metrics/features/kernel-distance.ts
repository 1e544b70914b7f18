/**
 * The kernel distance of two sets of features (KID; Bińkowski et al. 2018, arXiv 1801.01401): the
 * unbiased estimate of the squared maximum mean discrepancy under the kernel (x y / d + 1)^3. Unlike the
 * Fréchet distance its mean does not depend on how many drawings there are.
 */
import { MetricError } from "../errors.ts";
import type { Features } from "./frechet.ts";

/**
 * @param real `[n][d]` and `made` `[m][d]`, each taken whole, not in subsets.
 * @returns about 0 for sets of one distribution, also below.
 * @throws MetricError for less than two of either.
 */
export function kernelDistance(real: Features, made: Features): number {
  return distanceWithin(kernelsOf(real, made));
}

export interface Kernels {
  readonly real: readonly Float64Array[];
  readonly made: readonly Float64Array[];
  /** By real, then made. */
  readonly across: readonly Float64Array[];
}

/** All pairs' kernels, so that resampled sets need no features. */
export function kernelsOf(real: Features, made: Features): Kernels {
  if (real.length < 2 || made.length < 2) {
    throw new MetricError(`${real.length} and ${made.length} drawings: each set needs two or more`);
  }
  return { real: all(real, real), made: all(made, made), across: all(real, made) };
}

/**
 * @param realRows which of the real ones count, by index, perhaps repeatedly; all unless given. A
 * drawing is never paired with itself, however often it counts.
 */
export function distanceWithin(
  { real, made, across }: Kernels,
  realRows: readonly number[] = [...real.keys()],
  madeRows: readonly number[] = [...made.keys()],
): number {
  let cross = 0;
  for (const i of realRows) for (const j of madeRows) cross += across[i]![j]!;
  cross /= realRows.length * madeRows.length;
  return within(real, realRows) + within(made, madeRows) - 2 * cross;
}

/** The mean over pairs of different drawings. */
function within(kernels: readonly Float64Array[], rows: readonly number[]): number {
  let [sum, pairs] = [0, 0];
  for (const i of rows) {
    for (const j of rows) {
      if (i === j) continue;
      sum += kernels[i]![j]!;
      pairs++;
    }
  }
  return pairs === 0 ? 0 : sum / pairs;
}

function all(a: Features, b: Features): Float64Array[] {
  return a.map((x) =>
    Float64Array.from(b, (y) => {
      if (x.length !== y.length) {
        throw new MetricError(`features of ${x.length} and ${y.length} values cannot be compared`);
      }
      let product = 0;
      for (let i = 0; i < x.length; i++) product += x[i]! * y[i]!;
      return (product / x.length + 1) ** 3;
    }),
  );
}
