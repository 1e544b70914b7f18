/** What rounds mean: rates, their spread, and how they compare. */
import { median, timesAsFast } from "./in-turn.ts";
import type { Rounds } from "./rounds.ts";

export interface Figures {
  /** Median over the rounds; null where there are no tokens. */
  readonly tokensPerSecond: number | null;
  /** Median of 10^9 floating-point operations of matrix products a second; null where there are none. */
  readonly gflops: number | null;
  /** Lowest and highest of the rounds' rates, as shares of the median. */
  readonly spread: readonly [lowest: number, highest: number];
}

export interface UnitOfWork {
  readonly tokens: number | null;
  readonly flops: number;
}

export function figuresOf(seconds: readonly number[], units: number, unit: UnitOfWork): Figures {
  const rates = seconds.map((each) => units / each);
  const middle = median(rates);
  return {
    tokensPerSecond: unit.tokens === null ? null : middle * unit.tokens,
    gflops: unit.flops === 0 ? null : (middle * unit.flops) / 1e9,
    spread: [Math.min(...rates) / middle, Math.max(...rates) / middle],
  };
}

/** How much faster we are than the peer: the median of the rounds' ratios; null without a peer. */
export function ratioOf({ rounds }: Pick<Rounds, "rounds">): number | null {
  const theirs = rounds.flatMap(({ peerSeconds }) => peerSeconds ?? []);
  if (theirs.length === 0) return null;
  return timesAsFast(
    rounds.map(({ seconds }) => seconds),
    theirs,
  );
}
