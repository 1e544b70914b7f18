/** The forward pass of a batch and its summed loss, as a graph. */
import {
  type DecoderConfig,
  type Dropout,
  decoder,
  head,
  headIsLinear,
  headWeight,
  isStored,
  type Weights,
} from "../models/index.ts";
import { type Graph, ops, type Value } from "../src/engine/index.ts";

/** Above this many words the logits are never held whole. */
const chunkedVocabulary = 16_384;

export interface BatchShape {
  readonly rows: number;
  /** Places of a row. */
  readonly time: number;
}

/** What a batch feeds: `[rows, time]` each, integers. */
export const batchInputs = ["tokens", "positions", "segments", "targets"] as const;

/**
 * Adds the batch as inputs and the pass through the decoder.
 * @param dropout of the residual stream; null drops nothing.
 * @returns the loss summed over the counted tokens, in nats; a scalar.
 */
export function summedLoss(
  graph: Graph,
  config: DecoderConfig,
  weights: Weights,
  { rows, time }: BatchShape,
  dropout: Dropout | null,
): Value {
  const input = (name: (typeof batchInputs)[number]) => graph.input(name, [rows, time], "int32");
  const tokens = input("tokens");
  const positions = input("positions");
  const segments = input("segments");
  const targets = ops.reshape(input("targets"), [rows * time]);
  const output = decoder(config, weights, {
    tokens,
    positions,
    segments,
    caches: null,
    ...(dropout === null ? {} : { dropout }),
  });
  const hidden = ops.reshape(output.hidden, [rows * time, config.width]);
  return headLoss(config, weights, hidden, targets);
}

function headLoss(config: DecoderConfig, weights: Weights, hidden: Value, targets: Value): Value {
  const isLong = config.vocabularySize > chunkedVocabulary && headIsLinear(config);
  if (!isLong) return ops.softmaxCrossEntropy(head(config, weights, hidden), targets).lossSum;
  const weight = headWeight(config, weights);
  const { lossSum } = isStored(weight)
    ? ops.storedCrossEntropy(hidden, weight, targets)
    : ops.linearCrossEntropy(hidden, weight, targets);
  return lossSum;
}
