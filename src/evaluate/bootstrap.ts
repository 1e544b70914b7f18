/** How far a mean may be off: percentiles of means of samples drawn again (Efron 1979). */
import seedrandom from "seedrandom";

export interface Estimate {
  readonly value: number;
  /** The ends of the interval that holds 95 of 100 resampled means. */
  readonly low: number;
  readonly high: number;
}

const resamples = 1000;
const outside = 0.025;

/**
 * The mean of values that belong to independent drawings, with its interval.
 * @returns zeros for no values.
 */
export function estimateMean(values: readonly number[], seed: number | string): Estimate {
  if (values.length === 0) return { value: 0, low: 0, high: 0 };
  const random = seedrandom(String(seed));
  const means = Float64Array.from({ length: resamples }, () => {
    let sum = 0;
    for (let i = 0; i < values.length; i++) sum += values[Math.floor(random() * values.length)]!;
    return sum / values.length;
  }).sort();
  const value = values.reduce((sum, each) => sum + each, 0) / values.length;
  const rank = Math.floor(outside * resamples);
  return { value, low: means[rank]!, high: means[resamples - 1 - rank]! };
}
