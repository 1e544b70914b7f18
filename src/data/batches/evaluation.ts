/**
 * The batches that held-out figures are measured on: every sample once, in order, with its plainest
 * caption and the drawing of the source, and only the drawing's tokens counted.
 */
import type { TokenDataset } from "../dataset/dataset.ts";
import { type Batch, layOut } from "./batch.ts";
import { packBestFit } from "./packing.ts";

export interface EvaluationOptions {
  readonly rows: number;
  readonly time: number;
  readonly packing: boolean;
  readonly pad: number;
}

/** The last batch is filled up with padding. */
export function* evaluationBatches(
  dataset: TokenDataset,
  { rows, time, packing, pad }: EvaluationOptions,
): Iterable<Batch> {
  const plan = planRows(dataset, time, packing);
  for (let from = 0; from < plan.length; from += rows) {
    const part = plan.slice(from, from + rows);
    const samples = part.map((row) => row.map((sample) => dataset.plain(sample)));
    yield layOut(samples, { rows, time, pad }, "drawing");
  }
}

function planRows(dataset: TokenDataset, time: number, packing: boolean): number[][] {
  const all = Array.from({ length: dataset.size }, (_, sample) => sample);
  if (!packing) return all.map((sample) => [sample]);
  return packBestFit(
    all.map((sample) => dataset.lengthOf({ sample, caption: 0, drawing: 0 }) - 1),
    time,
  );
}
