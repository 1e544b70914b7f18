/**
 * Batches of preferences: of each pair a chosen and a rejected drawing after the same caption. The chosen
 * are the first half of the rows, the rejected the second, in the same order; a row holds one drawing.
 */
import type { TokenDataset } from "../dataset/dataset.ts";
import { type Batch, ignoreIndex, layOut } from "./batch.ts";

/** Of a pair's two drawings, as a {@link TokenDataset} numbers them. */
export const [chosenDrawing, rejectedDrawing] = [0, 1] as const;

/** `batchSize` is twice the pairs; `targetCount` is pairs, over which the loss is a mean. */
export interface PairBatch extends Omit<Batch, "shown"> {
  /** Rows, in twos, of which the last may be empty. */
  readonly pairs: number;
  /** Which samples they are; as many as `targetCount`. */
  readonly shownPairs: readonly number[];
  /** Targets of all rows that are not ignored. */
  readonly tokenCount: number;
  /** By row, targets that are not ignored. */
  readonly rowTokens: Int32Array;
  /** By row, the sum of ln p under the weights that training began with; zeros until they are known. */
  readonly reference: Float32Array;
}

export interface PairOptions {
  /** Pairs of a batch. */
  readonly pairs: number;
  /** Longest row in positions; a batch has as few quarters of them as hold its drawings. */
  readonly sequenceLength: number;
  readonly pad: number;
}

/**
 * @param samples of a data set whose samples have two drawings; at most `pairs`.
 * @throws RangeError when a drawing is longer than a row.
 */
export function layOutPairs(
  dataset: TokenDataset,
  samples: readonly number[],
  { pairs, sequenceLength: longest, pad }: PairOptions,
): PairBatch {
  const empty = Array.from({ length: pairs - samples.length }, () => []);
  const side = (drawing: number) => [
    ...samples.map((sample) => [dataset.get({ sample, caption: 0, drawing })]),
    ...empty,
  ];
  const rows = [...side(chosenDrawing), ...side(rejectedDrawing)];
  const most = Math.max(1, ...rows.flat().map(({ tokens }) => tokens.length - 1));
  const quarter = Math.ceil(longest / 4);
  const sequenceLength = Math.min(longest, quarter * Math.ceil(most / quarter));
  const batch = layOut(rows, { rows: rows.length, sequenceLength, pad }, "drawing");
  const rowTokens = new Int32Array(rows.length);
  for (const [place, target] of batch.targets.entries()) {
    if (target !== ignoreIndex) rowTokens[Math.floor(place / sequenceLength)]! += 1;
  }
  return {
    ...batch,
    pairs,
    shownPairs: samples,
    targetCount: samples.length,
    tokenCount: batch.targetCount,
    rowTokens,
    reference: new Float32Array(rows.length),
  };
}
