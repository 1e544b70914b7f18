/** Attention with linear biases (Press et al. 2021, arXiv 2108.12409): the slope of each head. */

/**
 * A geometric series from `2 ** (-8 / n)` down to `2 ** -8` for `n` heads, a power of two. Other numbers
 * take the series of the next lower power, then every other slope of the next higher one, as BLOOM and
 * MPT do.
 */
export function alibiSlopes(heads: number): number[] {
  const whole = 2 ** Math.floor(Math.log2(heads));
  const series = (count: number, step: number, taken: number) =>
    Array.from({ length: taken }, (_, i) => 2 ** ((-8 * (1 + step * i)) / count));
  return [...series(whole, 1, whole), ...series(2 * whole, 2, heads - whole)];
}
