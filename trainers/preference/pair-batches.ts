/**
 * What each step of a preference run learns from: pairs in an order that follows from the seed and the
 * epoch, with what is known of them from the start. Batches run on over the end of an epoch.
 */

import seedrandom from "seedrandom";
import {
  layOutPairs,
  type PairBatch,
  type PairOptions,
  type StreamState,
  type TokenDataset,
} from "../../data/index.ts";
import type { StepBatches } from "../loop/loop.ts";
import type { ReferenceLogProbs } from "./reference.ts";

export interface PairBatchesOptions extends PairOptions {
  /** Forward passes whose gradients are added before an update. */
  readonly microBatches: number;
  readonly seed: number;
  /** Which of an update's micro-batches are laid out, by their place; all unless given. */
  readonly isOwn?: (index: number) => boolean;
}

export class PairBatches implements StepBatches<PairBatch> {
  readonly #dataset: TokenDataset;
  readonly #options: PairBatchesOptions;
  readonly #reference: ReferenceLogProbs;
  #epoch: number;
  #row: number;
  #order: readonly number[];

  /** @param state to go on from; a new run unless given. @throws RangeError when there are no pairs. */
  constructor(
    dataset: TokenDataset,
    reference: ReferenceLogProbs,
    options: PairBatchesOptions,
    { epoch, row }: StreamState = { epoch: 0, row: 0 },
  ) {
    if (dataset.size === 0) throw new RangeError("expected at least one pair to make batches of");
    this.#dataset = dataset;
    this.#reference = reference;
    this.#options = options;
    this.#epoch = epoch;
    this.#row = row;
    this.#order = orderOf(dataset.size, options.seed, epoch);
  }

  get state(): StreamState {
    return { epoch: this.#epoch, row: this.#row };
  }

  get epochs(): number {
    return this.#epoch + this.#row / this.#order.length;
  }

  next(): PairBatch[] {
    const { microBatches, pairs, isOwn = () => true } = this.#options;
    const all = Array.from({ length: microBatches }, () =>
      Array.from({ length: pairs }, () => this.#nextSample()),
    );
    return all
      .filter((_, index) => isOwn(index))
      .map((samples) =>
        withReference(layOutPairs(this.#dataset, samples, this.#options), this.#reference),
      );
  }

  #nextSample(): number {
    if (this.#row >= this.#order.length) {
      this.#epoch++;
      this.#row = 0;
      this.#order = orderOf(this.#dataset.size, this.#options.seed, this.#epoch);
    }
    return this.#order[this.#row++]!;
  }
}

/** Every pair once, in order; the last batch may be partial. */
export function* pairsInOrder(
  dataset: TokenDataset,
  options: PairOptions,
  reference?: ReferenceLogProbs,
): Iterable<PairBatch> {
  for (let from = 0; from < dataset.size; from += options.pairs) {
    const length = Math.min(options.pairs, dataset.size - from);
    const samples = Array.from({ length }, (_, index) => from + index);
    const batch = layOutPairs(dataset, samples, options);
    yield reference === undefined ? batch : withReference(batch, reference);
  }
}

function withReference(batch: PairBatch, { chosen, rejected }: ReferenceLogProbs): PairBatch {
  const reference = new Float32Array(batch.batchSize);
  for (const [pair, sample] of batch.shownPairs.entries()) {
    reference[pair] = chosen[sample]!;
    reference[batch.pairs + pair] = rejected[sample]!;
  }
  return { ...batch, reference };
}

/** Fisher and Yates. */
function orderOf(count: number, seed: number, epoch: number): number[] {
  const random = seedrandom(`${seed}/pairs/${epoch}`);
  const order = Array.from({ length: count }, (_, index) => index);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}
