/**
 * How well drawings fit their captions, by whoever can tell: a CLIP whose weights are at hand, or a
 * model of one's own. It is passed in, since this floor knows no models.
 */
import { UsageError } from "../../errors/index.ts";
import type { Drawing } from "../../svg/index.ts";
import type { FilterFault, FilterOptions } from "./options.ts";

/**
 * Scores drawings with a caption each, in their order.
 * @example
 * const scorer: CaptionScorer = { id: "ones", score: (batch) => batch.map(() => 1) };
 */
export interface CaptionScorer {
  /** Names what decides the scores, as the digest of its weights: scores of another are not taken. */
  readonly id: string;
  score(
    batch: readonly { readonly drawing: Drawing; readonly caption: string }[],
  ): readonly number[] | Promise<readonly number[]>;
}

/** What scores are asked for, and of whom. */
export interface Scoring {
  readonly least: number;
  readonly scorer: CaptionScorer;
}

/** Null where nothing is scored. @throws UsageError where scores are asked for and nobody gives them. */
export function scoringOf(
  { clipScore }: Pick<FilterOptions, "clipScore">,
  scorer: CaptionScorer | undefined,
): Scoring | null {
  if (clipScore === null) return null;
  if (scorer === undefined) {
    throw new UsageError(
      `filters.clipScore: ${clipScore} asks for scores, but no scorer was passed; pass one, or leave the filter out`,
    );
  }
  return { least: clipScore, scorer };
}

/** Drawings that are scored together. */
export const scoredTogether = 32;

export function scoreFault(score: number, least: number): FilterFault | null {
  if (score >= least) return null;
  return { filter: "clip", reason: `a CLIP score below ${least}`, detail: score.toFixed(3) };
}
