/** From data to places on paper, with round numbers on the axes. */

export interface Scale {
  readonly ticks: readonly number[];
  /** Place of a value. */
  (value: number): number;
}

/**
 * A linear scale whose ends are round.
 * @param values what must lie on it; of none, 0 and 1.
 * @param range places of the smallest and the largest value.
 * @param count ticks wished for, about.
 */
export function linearScale(
  values: readonly number[],
  range: readonly [number, number],
  count: number,
): Scale {
  const finite = values.filter(Number.isFinite);
  let low = finite.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  let high = finite.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  if (low > high) [low, high] = [0, 1];
  if (low === high) [low, high] = [low - 0.5, high + 0.5];
  const step = roundStep((high - low) / count);
  const first = Math.floor(low / step + 1e-9);
  const last = Math.ceil(high / step - 1e-9);
  const ticks = Array.from({ length: last - first + 1 }, (_, i) => round((first + i) * step));
  const [from, to] = range;
  const place = (value: number) =>
    from + ((value - first * step) / ((last - first) * step)) * (to - from);
  return Object.assign(place, { ticks });
}

/** The smallest of 1, 2, 2.5 and 5 times a power of ten that is not below `step`. */
function roundStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step));
  const factor = [1, 2, 2.5, 5, 10].find((round) => round * power >= step * (1 - 1e-9)) ?? 10;
  return factor * power;
}

function round(value: number): number {
  return Number(value.toPrecision(12));
}
