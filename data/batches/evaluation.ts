/**
 * The batches that held-out figures are measured on: every sample once, in order, with its plainest
 * caption and the drawing of the source, and only the drawing's tokens counted.
 */
import type { TokenDataset } from "../dataset/dataset.ts";
import { type Batch, layOut } from "./batch.ts";
import { packBestFit } from "./packing.ts";

export interface EvaluationOptions {
  readonly batchSize: number;
  readonly sequenceLength: number;
  readonly packing: boolean;
  readonly pad: number;
}

/** The last batch is filled up with padding. */
export function* evaluationBatches(
  dataset: TokenDataset,
  { batchSize: rows, sequenceLength, packing, pad }: EvaluationOptions,
): Iterable<Batch> {
  const plan = planRows(dataset, sequenceLength, packing);
  for (let from = 0; from < plan.length; from += rows) {
    const part = plan.slice(from, from + rows);
    const samples = part.map((row) => row.map((sample) => dataset.plain(sample)));
    yield layOut(samples, { rows, sequenceLength, pad }, "drawing");
  }
}

function planRows(dataset: TokenDataset, sequenceLength: number, packing: boolean): number[][] {
  const all = Array.from({ length: dataset.size }, (_, sample) => sample);
  if (!packing) return all.map((sample) => [sample]);
  return packBestFit(
    all.map((sample) => dataset.lengthOf({ sample, caption: 0, drawing: 0 }) - 1),
    sequenceLength,
  );
}
