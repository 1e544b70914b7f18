/**
 * What a training step lowers: a loss over batches of one kind, as a graph and its inputs. The step adds
 * gradients, clips and updates without knowing which loss it is.
 */

import type { Batch } from "../../data/index.ts";
import type { Graph, Value } from "../../engine/index.ts";
import type { DecoderConfig, Weights } from "../../models/index.ts";
import { type Suspect, worstSamples } from "../guards/suspects.ts";
import { type BatchFeeds, feedsOf, shapeOf } from "../step/target-positions.ts";
import { type BatchShape, type LossOptions, summedLoss } from "./loss.ts";

/** What a step has to know of a batch. */
export interface LossBatch {
  readonly batchSize: number;
  readonly sequenceLength: number;
  /** What the loss is a mean over: target tokens, or pairs. */
  readonly targetCount: number;
}

/** One forward pass over a batch. */
export interface PassResult {
  /** Over all that counts, in nats. */
  readonly lossSum: number;
  readonly targetCount: number;
  /** What the objective gives out beside its loss, by name. */
  readonly outputs: Readonly<Record<string, Float32Array>>;
}

export interface Objective<B extends LossBatch> {
  /** Whether heads of tokens further on have targets, too; no unless given. */
  readonly trainsHeads?: boolean;
  /** The smallest shape of a graph that holds the batch. */
  shapeOf(batch: B): BatchShape;
  /** The inputs of that graph. */
  feedsOf(batch: B, shape: BatchShape): BatchFeeds;
  /**
   * Adds the inputs, the pass through the decoder and the loss.
   * @returns the loss summed over what counts, a scalar; further float32 outputs; and what training makes
   * smaller, where that is more than the loss.
   */
  build(
    graph: Graph,
    config: DecoderConfig,
    weights: Weights,
    shape: BatchShape,
    options: LossOptions,
  ): {
    readonly lossSum: Value;
    readonly outputs: Readonly<Record<string, Value>>;
    readonly objective?: Value;
  };
  /** Sums over what counts of a batch, which a step tells as means, by name. */
  figuresOf(batch: B, pass: PassResult): Readonly<Record<string, number>>;
  /** Which samples cost most, the worst first. */
  suspects(score: (batch: B) => PassResult, batches: readonly B[]): Suspect[];
}

/** The tokens' negative log-likelihood: pretraining and supervised fine-tuning. */
export const likelihood: Objective<Batch> = {
  trainsHeads: true,
  shapeOf,
  feedsOf,
  build(graph, config, weights, shape, options) {
    const found = summedLoss(graph, config, weights, shape, options);
    const { lossSum, futureLossSum, objective } = found;
    return { lossSum, objective, outputs: futureLossSum === null ? {} : { futureLossSum } };
  },
  figuresOf: (_batch, { outputs: { futureLossSum } }) =>
    futureLossSum === undefined ? {} : { futureLoss: futureLossSum[0]! },
  suspects: worstSamples,
};
