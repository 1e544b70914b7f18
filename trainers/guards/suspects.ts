/**
 * Which samples of a step are to blame: each is scored alone, with the weights from before the update.
 * Rows are scored first, then the samples of the worst rows, so that a packed batch costs few passes.
 */
import { type Batch, ignoreIndex, type SampleChoice } from "../../data/index.ts";

export interface Suspect {
  /** Which sample, caption and drawing; null for a batch that does not say. */
  readonly choice: SampleChoice | null;
  /** Mean over its target tokens, in nats; may be infinite or not a number. */
  readonly loss: number;
}

/** Of the loss alone, forward. */
type Score = (batch: Batch) => { readonly lossSum: number };

const mostRows = 4;

/** @returns the worst first; what is not a number is worst. */
export function worstSamples(score: Score, batches: readonly Batch[], most = 5): Suspect[] {
  const rows = batches.flatMap((batch) =>
    Array.from({ length: batch.batchSize }, (_, row) => {
      const from = row * batch.sequenceLength;
      const within = (place: number) => place >= from && place < from + batch.sequenceLength;
      return { batch, row, loss: lossOf(score, batch, within) };
    }),
  );
  const worst = rows.filter(({ loss }) => loss !== null).sort(byLoss);
  const samples = worst
    .slice(0, mostRows)
    .flatMap(({ batch, row }) => samplesOf(score, batch, row));
  return worstOf(samples, most);
}

/** The worst first; what is not a number is worst. */
export function worstOf(samples: readonly Suspect[], most = 5): Suspect[] {
  return samples.toSorted(byLoss).slice(0, most);
}

function samplesOf(score: Score, batch: Batch, row: number): Suspect[] {
  const from = row * batch.sequenceLength;
  const to = from + batch.sequenceLength;
  const last = Math.max(0, ...batch.segments.subarray(from, to));
  return Array.from({ length: last }, (_, index) => {
    const within = (place: number) =>
      place >= from && place < to && batch.segments[place] === index + 1;
    const loss = lossOf(score, batch, within);
    const choice = batch.shown?.[row]?.[index] ?? null;
    return loss === null ? [] : [{ choice, loss }];
  }).flat();
}

/** Of what stands at these places, without the rest of the batch; null where no target does. */
function lossOf(score: Score, batch: Batch, within: (place: number) => boolean): number | null {
  const targets = batch.targets.map((target, place) => (within(place) ? target : ignoreIndex));
  // What is no number would spread over its row though attention gives it no weight.
  const tokens = batch.tokens.map((token, place) => (within(place) ? token : 0));
  const segments = batch.segments.map((segment, place) => (within(place) ? segment : 0));
  const targetCount = targets.reduce((sum, each) => sum + (each === ignoreIndex ? 0 : 1), 0);
  if (targetCount === 0) return null;
  return score({ ...batch, tokens, segments, targets, targetCount }).lossSum / targetCount;
}

function byLoss(a: { readonly loss: number | null }, b: { readonly loss: number | null }): number {
  return badness(b.loss) - badness(a.loss);
}

const badness = (loss: number | null): number =>
  loss === null || Number.isFinite(loss) ? (loss ?? 0) : Number.MAX_VALUE;
