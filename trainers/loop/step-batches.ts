/**
 * What each step of a run learns from: micro-batches off the stream, with what is hidden in them. At the
 * start of a run batches may be small and sequences short, and grow (Li et al. 2022, arXiv 2108.06084):
 * samples are never cut for it, those that do not fit yet come later.
 */

import {
  type Batch,
  BatchStream,
  hideTokens,
  type StreamOptions,
  type StreamState,
  type TokenDataset,
} from "../../data/index.ts";
import type { LoopState, StepBatches } from "./loop.ts";

/** Something that grows from a first value over the first steps of a run. */
export interface Growth {
  readonly from: number;
  /** Steps until it is what it stays; 0 begins with that. */
  readonly steps: number;
}

export interface DatasetBatchesOptions extends StreamOptions {
  /** Forward passes whose gradients are added before an update. */
  readonly microBatches: number;
  /** Which of them are given out, by their place in the step; all unless given. */
  readonly isOwn?: (index: number) => boolean;
  /** Share of the drawings' tokens that the model does not get to read; see `hideTokens`. */
  readonly hideTokens: number;
  /** Id of the token that opens a drawing. */
  readonly drawing: number;
  /** Of the sequence length, in multiples of its first value; none unless given. */
  readonly sequenceWarmup?: Growth;
  /** Of the rows of a batch, doubling; none unless given. */
  readonly batchWarmup?: Growth;
}

/** Batches that follow from the seed, the step and where the stream stands alone. */
export class DatasetBatches implements StepBatches<Batch> {
  readonly #dataset: TokenDataset;
  readonly #options: DatasetBatchesOptions;
  #stream: BatchStream;
  #length: number;

  /**
   * @param state to go on from; a new run unless given.
   * @throws RangeError when the dataset is empty, or holds a sample that fits no row.
   */
  constructor(
    dataset: TokenDataset,
    options: DatasetBatchesOptions,
    { step, stream }: Pick<LoopState, "step" | "stream"> = firstState,
  ) {
    this.#dataset = dataset;
    this.#options = options;
    // The stream stands where the last step left it, at that step's length.
    this.#length = lengthAt(Math.max(0, step - 1), options);
    this.#stream = this.#streamFrom(stream);
  }

  get state(): StreamState {
    return this.#stream.state;
  }

  get epochs(): number {
    return this.#stream.epochs;
  }

  next(step: number): Batch[] {
    const length = lengthAt(step, this.#options);
    if (length !== this.#length) {
      this.#length = length;
      this.#stream = this.#streamFrom({ epoch: this.#stream.state.epoch + 1, row: 0 });
    }
    const { microBatches, hideTokens: share, drawing, pad, seed, isOwn } = this.#options;
    const rows = rowsAt(step, this.#options);
    const own: Batch[] = [];
    for (let index = 0; index < microBatches; index++) {
      if (isOwn?.(index) === false) {
        this.#stream.skip(rows);
        continue;
      }
      const hidden = `${seed}/hidden/${step}/${index}`;
      own.push(hideTokens(this.#stream.next(rows), { share, drawing, pad, seed: hidden }));
    }
    return own;
  }

  #streamFrom(state: StreamState): BatchStream {
    const { sequenceLength } = this.#options;
    const options = {
      ...this.#options,
      sequenceLength: this.#length,
      leaveLonger: this.#length < sequenceLength,
    };
    return new BatchStream(this.#dataset, options, state);
  }
}

const firstState = { step: 0, stream: { epoch: 0, row: 0 } } as const;

/** Positions of a row at a step, counted from 0. */
export function lengthAt(
  step: number,
  { sequenceLength, sequenceWarmup }: DatasetBatchesOptions,
): number {
  if (sequenceWarmup === undefined || step >= sequenceWarmup.steps) return sequenceLength;
  const { from, steps } = sequenceWarmup;
  const stages = Math.ceil(sequenceLength / from);
  return Math.min(sequenceLength, from * (1 + Math.floor((step * stages) / steps)));
}

/** Rows of a batch at a step, counted from 0. */
export function rowsAt(step: number, { batchSize, batchWarmup }: DatasetBatchesOptions): number {
  if (batchWarmup === undefined || step >= batchWarmup.steps) return batchSize;
  const { from, steps } = batchWarmup;
  const stages = Math.ceil(Math.log2(batchSize / from)) + 1;
  return Math.min(batchSize, from * 2 ** Math.floor((step * stages) / steps));
}
