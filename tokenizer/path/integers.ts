/** Integers as digits: how many tokens one takes that lies within bounds, and is written in part. */
import { radix } from "./layout.ts";

const infinite = Number.POSITIVE_INFINITY;

/** Values of an integer, and the tokens that follow its digits at least: so many, and some a unit. */
export interface IntegerRange {
  readonly low: number;
  readonly high: number;
  readonly behind: number;
  readonly each: number;
}

/**
 * Digits that are still needed to write an integer within bounds, when those of `value` stand.
 * Infinity when no further digits lead there.
 */
export function digitsToReach(value: number, low: number, high: number): number {
  if (low > high) return infinite;
  let unit = radix;
  for (let digits = 1; digits <= 5; digits++) {
    if (value * unit > high) return infinite;
    if (value * unit + unit - 1 >= low) return digits;
    unit *= radix;
  }
  return infinite;
}

/** Tokens of the digits behind those that stand, and of all that follows. */
export function fewestTokens(value: number, ranges: readonly IntegerRange[]): number {
  let fewest = infinite;
  for (const { low, high, behind, each } of ranges) {
    const digits = digitsToReach(value, low, high);
    if (digits === infinite) continue;
    const least = each === 0 ? 0 : each * Math.max(low, value * radix ** digits);
    fewest = Math.min(fewest, digits + least + behind);
  }
  return fewest;
}
