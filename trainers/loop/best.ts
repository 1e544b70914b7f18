/** The best evaluations of a run, whose checkpoints are kept. */

export interface RankedStep {
  readonly step: number;
  /** The lower the better. */
  readonly score: number;
}

/**
 * The best `most` with a new one among them, best first. Of equal ones the earlier stays ahead; what is
 * no number is no candidate.
 */
export function ranked(
  before: readonly RankedStep[],
  candidate: RankedStep,
  most: number,
): readonly RankedStep[] {
  if (Number.isNaN(candidate.score)) return before;
  const ahead = before.filter(({ score }) => score <= candidate.score);
  const behind = before.filter(({ score }) => score > candidate.score);
  return [...ahead, candidate, ...behind].slice(0, most);
}
