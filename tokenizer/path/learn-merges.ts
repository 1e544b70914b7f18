/** Learns which runs of a drawing's tokens become tokens of their own. */
import type { Drawing } from "../../svg/index.ts";
import { learnMerges } from "../bpe/index.ts";
import { mayMerge } from "./merges.ts";
import { type PathTokenizer, withMerges } from "./tokenizer.ts";

export interface MergeTraining {
  /** Tokens to add; fewer are when no more runs are frequent. */
  readonly merges: number;
  /** A run seen more rarely than this is not merged; 2 when left out. */
  readonly minimumFrequency?: number;
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
  const learned = learnMerges(sequences, {
    firstId: layout.size,
    merges: training.merges,
    minimumFrequency: training.minimumFrequency ?? 2,
    mayMerge: (left, right) => mayMerge(layout, left) && mayMerge(layout, right),
  });
  return {
    tokenizer: withMerges(
      tokenizer,
      learned.map(({ left, right }) => [left, right]),
    ),
    tokensBefore,
    tokensAfter: tokens(),
  };
}
