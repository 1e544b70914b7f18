/** The forward pass of a batch and its summed loss, as a graph. */

import { type Graph, ops, type Value } from "../../engine/index.ts";
import {
  type DecoderConfig,
  type Dropout,
  decoder,
  head,
  headInput,
  headOf,
  isQuantized,
  type Weights,
} from "../../models/index.ts";

/** Above this many words the logits are never held whole, unless an adapter adds to them. */
const chunkedVocabulary = 16_384;

/** What training adds to the loss and to what the model reads; evaluation has none of it. */
export interface LossOptions {
  /** Dropout of the residual stream; null drops nothing. */
  readonly dropout?: Dropout | null;
  /** Of the embeddings; null adds none. */
  readonly noise?: ((embedded: Value) => Value) | null;
  /** Share of each target that is spread over the vocabulary; 0 unless given. */
  readonly labelSmoothing?: number;
  /** Times the squared log-normaliser of a position, added to its loss; 0 unless given. */
  readonly zLoss?: number;
}

export interface BatchShape {
  readonly batchSize: number;
  /** Places of a row. */
  readonly sequenceLength: number;
  /** Places for which there are logits, the counted ones among them; all of the batch unless given. */
  readonly targetPositions?: number;
}

/**
 * Adds the batch as inputs and the pass through the decoder: `tokens`, `positions` and `segments`,
 * int32 `[batch, sequence]`, and `targets`. Where only some positions have logits, `targets` is int32 `[logits]`
 * and belongs to the positions that `counted`, as long, names (row-major; -1 names none).
 * @returns the loss summed over the target tokens, in nats; a scalar.
 */
export function summedLoss(
  graph: Graph,
  config: DecoderConfig,
  weights: Weights,
  { batchSize, sequenceLength, targetPositions: logits = batchSize * sequenceLength }: BatchShape,
  options: LossOptions = {},
): Value {
  const { dropout = null, noise = null } = options;
  const input = (name: string) => graph.input(name, [batchSize, sequenceLength], "int32");
  const places = batchSize * sequenceLength;
  const tokens = input("tokens");
  const positions = input("positions");
  const segments = input("segments");
  const targets =
    logits === places
      ? ops.reshape(input("targets"), [places])
      : graph.input("targets", [logits], "int32");
  const output = decoder(config, weights, {
    tokens,
    positions,
    segments,
    caches: null,
    ...(dropout === null ? {} : { dropout }),
    ...(noise === null ? {} : { noise }),
  });
  const hidden = ops.reshape(output.hidden, [places, config.hiddenSize]);
  const picked =
    logits === places ? hidden : ops.pickRows(hidden, graph.input("counted", [logits], "int32"));
  return headLoss(config, weights, picked, targets, options);
}

function headLoss(
  config: DecoderConfig,
  weights: Weights,
  hidden: Value,
  targets: Value,
  { labelSmoothing: smoothing = 0, zLoss = 0 }: LossOptions,
): Value {
  const isAdapted = weights.additionsTo("head").length > 0;
  if (isAdapted || config.vocabularySize <= chunkedVocabulary) {
    const logits = head(config, weights, hidden);
    return ops.softmaxCrossEntropy(logits, targets, { smoothing, zLoss }).lossSum;
  }
  const { weight, bias, softcap } = headOf(config, weights);
  const options = { bias, softcap, smoothing, zLoss };
  return hidden.graph.scope("head", () => {
    const input = headInput(config, hidden);
    return isQuantized(weight)
      ? ops.quantizedCrossEntropy(input, weight, targets, options)
      : ops.linearCrossEntropy(input, weight, targets, options);
  }).lossSum;
}
