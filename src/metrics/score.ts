/** Every figure of a system's drawings, each with its interval or why there is none. */
import { PathloomError } from "../../errors/index.ts";
import { type Estimate, estimateMean } from "../evaluate/index.ts";
import type { JudgedSet } from "./judged-set.ts";
import { type Figure, type Measured, type Metric, noneRun } from "./metric.ts";

/**
 * What was found of one figure: the mean over the drawings that it applies to, with its interval of 95 %.
 * @example
 * const text = ({ figure, estimate, reason }: Score) =>
 *   `${figure.label}: ${estimate === null ? `not run: ${reason}` : estimate.value}`;
 */
export interface Score {
  readonly figure: Figure;
  /**
   * Null where it was not run, or applies to no drawing. `low` and `high` are null where no interval was
   * computed, as of distances of more drawings than are taken again in fair time.
   */
  readonly estimate: {
    readonly value: number;
    readonly low: number | null;
    readonly high: number | null;
  } | null;
  /** Why it was not run. */
  readonly reason: string | null;
  /** Of each drawing, in their order; null of figures of whole sets. */
  readonly values: readonly (number | null)[] | null;
  /** Drawings that it is over. */
  readonly count: number;
}

/**
 * @param onProgress is told of metrics that are done, of how many.
 * @returns a score for each figure. A metric whose weights cannot be opened says so, and the others go on.
 */
export async function scoreDrawings(
  set: JudgedSet,
  metrics: readonly Metric[],
  onProgress?: (done: number, total: number) => void,
): Promise<Score[]> {
  const scores: Score[] = [];
  for (const [index, metric] of metrics.entries()) {
    const measured = await measuredBy(metric, set);
    for (const [i, figure] of metric.figures.entries()) {
      scores.push(scoreOf(figure, measured[i]!, set));
    }
    onProgress?.(index + 1, metrics.length);
  }
  return scores;
}

async function measuredBy(metric: Metric, set: JudgedSet): Promise<readonly Measured[]> {
  try {
    return await metric.measure(set);
  } catch (error) {
    if (error instanceof PathloomError) return noneRun(metric, error.message);
    throw error;
  }
}

/** Within which 95 of 100 means lie that are spread as a normal distribution is. */
const deviations = 1.96;

function scoreOf(figure: Figure, measured: Measured, { with: { seed } }: JudgedSet): Score {
  if (measured.kind === "not run") {
    return { figure, estimate: null, reason: measured.reason, values: null, count: 0 };
  }
  if (measured.kind === "whole") {
    const { value, deviation, count } = measured;
    const reach = deviation === null ? null : deviations * deviation;
    const estimate =
      reach === null
        ? { value, low: null, high: null }
        : { value, low: value - reach, high: value + reach };
    return { figure, estimate, reason: null, values: null, count };
  }
  const known = measured.values.filter((value) => value !== null);
  if (known.length === 0) {
    const reason = "it applies to none of the drawings";
    return { figure, estimate: null, reason, values: measured.values, count: 0 };
  }
  return {
    figure,
    estimate: estimateMean(known, `${seed}/${figure.key}`),
    reason: null,
    values: measured.values,
    count: known.length,
  };
}

/**
 * How much more than another's a system's drawings of the same captions have, mean and interval over
 * pairs: narrower than the two intervals, as a caption is as hard for both.
 * @returns null where no caption has both.
 */
export function pairedDifference(one: Score, other: Score, seed: number): Estimate | null {
  const pairs = (one.values ?? []).flatMap((value, index) => {
    const beside = other.values?.[index] ?? null;
    return value === null || beside === null ? [] : [value - beside];
  });
  return pairs.length === 0 ? null : estimateMean(pairs, `${seed}/${one.figure.key}/difference`);
}
