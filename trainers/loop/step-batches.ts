/** What each step of a run learns from: micro-batches off the stream, with what is hidden in them. */

import {
  type Batch,
  BatchStream,
  hideTokens,
  type StreamOptions,
  type StreamState,
  type TokenDataset,
} from "../../data/index.ts";
import type { StepBatches } from "./loop.ts";

export interface DatasetBatchesOptions extends StreamOptions {
  /** Forward passes whose gradients are added before an update. */
  readonly microBatches: number;
  /** Share of the drawings' tokens that the model does not get to read; see `hideTokens`. */
  readonly hideTokens: number;
  /** Id of the token that opens a drawing. */
  readonly drawing: number;
}

/** Batches that follow from the seed, the step and where the stream stands alone. */
export class DatasetBatches implements StepBatches<Batch> {
  readonly #options: DatasetBatchesOptions;
  readonly #stream: BatchStream;

  /** @throws RangeError when the dataset is empty, or holds a sample that fits no row. */
  constructor(dataset: TokenDataset, options: DatasetBatchesOptions, state?: StreamState) {
    this.#options = options;
    this.#stream = new BatchStream(dataset, options, state);
  }

  get state(): StreamState {
    return this.#stream.state;
  }

  get epochs(): number {
    return this.#stream.epochs;
  }

  next(step: number): Batch[] {
    const { microBatches, hideTokens: share, drawing, pad, seed } = this.#options;
    return Array.from({ length: microBatches }, (_, index) => {
      const hidden = `${seed}/hidden/${step}/${index}`;
      return hideTokens(this.#stream.next(), { share, drawing, pad, seed: hidden });
    });
  }
}
