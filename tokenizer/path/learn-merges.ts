/** Learns which runs of a drawing's tokens become tokens of their own. */
import type { Drawing } from "../../svg/index.ts";
import { learnMerges } from "../bpe/index.ts";
import { mayMerge, type PathMerge, PathMerges } from "./merges.ts";
import { learnSegmentMerges } from "./segments.ts";
import { type PathTokenizer, withMerges } from "./tokenizer.ts";

/** What merging joins: any neighbours (`token`), or whole commands with their numbers (`segment`). */
export type MergeUnit = "token" | "segment";

export interface MergeTraining {
  /** Tokens to add; fewer are when no more runs are frequent. */
  readonly merges: number;
  /** A run seen more rarely than this is not merged; 2 when left out. */
  readonly minimumFrequency?: number;
  /** `token` when left out. */
  readonly unit?: MergeUnit;
}

export interface MergeResult {
  readonly tokenizer: PathTokenizer;
  /** Tokens of all drawings before and after. */
  readonly tokensBefore: number;
  readonly tokensAfter: number;
}

/**
 * @param tokenizer without merges.
 * @throws EncodeError when a drawing is not canonical for it.
 */
export function learnPathMerges(
  tokenizer: PathTokenizer,
  drawings: Iterable<Drawing>,
  training: MergeTraining,
): MergeResult {
  const { layout } = tokenizer;
  const sequences = Array.from(drawings, (drawing) => ({
    ids: tokenizer.encode(drawing),
    count: 1,
  }));
  const tokens = () => sequences.reduce((sum, { ids }) => sum + ids.length, 0);
  const tokensBefore = tokens();
  const minimumFrequency = training.minimumFrequency ?? 2;
  const { merges: most } = training;
  const merges: readonly PathMerge[] =
    training.unit === "segment"
      ? learnSegmentMerges(layout, sequences, most, minimumFrequency)
      : learnMerges(sequences, {
          firstId: layout.size,
          merges: most,
          minimumFrequency,
          mayMerge: (left, right) => mayMerge(layout, left) && mayMerge(layout, right),
        }).map(({ left, right }) => [left, right]);
  const applied = new PathMerges(layout, merges);
  for (const { ids } of sequences) applied.apply(ids);
  return { tokenizer: withMerges(tokenizer, merges), tokensBefore, tokensAfter: tokens() };
}
