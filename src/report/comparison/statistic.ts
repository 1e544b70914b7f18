/** Mean and spread of a figure over seeds. */

export interface Statistic {
  readonly count: number;
  readonly mean: number;
  /** Standard deviation of a sample (n - 1); null for a single run. */
  readonly deviation: number | null;
  readonly low: number;
  readonly high: number;
}

/** Null for no values. */
export function statisticOf(values: readonly number[]): Statistic | null {
  const count = values.length;
  if (count === 0) return null;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return {
    count,
    mean,
    deviation: count === 1 ? null : Math.sqrt(squares / (count - 1)),
    low: Math.min(...values),
    high: Math.max(...values),
  };
}
