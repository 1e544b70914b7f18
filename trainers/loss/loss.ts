/** The forward pass of a batch and its summed loss, as a graph. */

import { type Graph, ops, type Value } from "../../engine/index.ts";
import {
  type DecoderConfig,
  type DecoderOutput,
  type Dropout,
  decoder,
  futureHead,
  futureInput,
  head,
  headInput,
  headOf,
  isQuantized,
  tokensAhead,
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
  /** Times the mean of the losses of tokens further on, where the shape has some. */
  readonly futureWeight?: number;
}

export interface BatchShape {
  readonly batchSize: number;
  /** Places of a row. */
  readonly sequenceLength: number;
  /** Places for which there are logits, the counted ones among them; all of the batch unless given. */
  readonly targetPositions?: number;
  /** Heads of tokens further on that have targets, too; none unless given. */
  readonly futureHeads?: number;
}

/** Scalars, in nats. */
export interface SummedLoss {
  /** Of the next tokens, over the target tokens. */
  readonly lossSum: Value;
  /** Of tokens further on, over their targets, the mean over the heads; null where none learn. */
  readonly futureLossSum: Value | null;
  /** What training makes smaller. */
  readonly objective: Value;
}

/**
 * Adds the batch as inputs and the pass through the decoder: `tokens`, `positions` and `segments`,
 * int32 `[batch, sequence]`, and `targets`. Where only some positions have logits, `targets` is int32 `[logits]`
 * and belongs to the positions that `counted`, as long, names (row-major; -1 names none). Head `h` of
 * tokens further on, from 1, has `future.<h>.targets` and `.counted` likewise.
 */
export function summedLoss(
  graph: Graph,
  config: DecoderConfig,
  weights: Weights,
  shape: BatchShape,
  options: LossOptions = {},
): SummedLoss {
  const { batchSize, sequenceLength, futureHeads = 0 } = shape;
  const { dropout = null, noise = null, futureWeight = 1 } = options;
  const input = (name: string) => graph.input(name, [batchSize, sequenceLength], "int32");
  const tokens = input("tokens");
  const positions = input("positions");
  const segments = input("segments");
  const output = decoder(config, weights, {
    tokens,
    positions,
    segments,
    caches: null,
    ...(dropout === null ? {} : { dropout }),
    ...(noise === null ? {} : { noise }),
  });
  const lossOf = (hidden: Value, prefix: string) =>
    lossAt(graph, config, weights, shape, hidden, prefix, options);
  // All dropout before the inputs of targets: masks are known by the number of inputs before them, and
  // serve shapes with other targets, too.
  const heads = futureHidden(config, weights, tokens, output, futureHeads, dropout);
  const lossSum = lossOf(output.hidden, "");
  if (heads.length === 0) return { lossSum, futureLossSum: null, objective: lossSum };
  const sum = heads
    .map((hidden, i) => lossOf(hidden, `future.${i + 1}.`))
    .reduce((total, loss) => ops.add(total, loss));
  const futureLossSum = ops.multiply(sum, 1 / futureHeads);
  const objective = ops.add(lossSum, ops.multiply(futureLossSum, futureWeight));
  return { lossSum, futureLossSum, objective };
}

/** What each head gives for the output head: `[batch, sequence, hiddenSize]`. */
function futureHidden(
  config: DecoderConfig,
  weights: Weights,
  tokens: Value,
  output: DecoderOutput,
  heads: number,
  dropout: Dropout | null,
): Value[] {
  const found: Value[] = [];
  if (heads === 0) return found;
  let state = futureInput(config.future!, output);
  for (let number = 1; number <= heads; number++) {
    const ahead = tokensAhead(tokens, number);
    const input = { state, tokens: ahead, context: output.context, cache: null };
    const head = futureHead(
      config,
      weights,
      number,
      dropout === null ? input : { ...input, dropout },
    );
    found.push(head.hidden);
    state = head.state;
  }
  return found;
}

/** The summed loss of hidden states `[batch, sequence, hiddenSize]` by the targets of that prefix. */
function lossAt(
  graph: Graph,
  config: DecoderConfig,
  weights: Weights,
  { batchSize, sequenceLength, targetPositions }: BatchShape,
  hidden: Value,
  prefix: string,
  options: LossOptions,
): Value {
  const places = batchSize * sequenceLength;
  const logits = targetPositions ?? places;
  const all = logits === places;
  const shape = all ? [batchSize, sequenceLength] : [logits];
  const targets = ops.reshape(graph.input(`${prefix}targets`, shape, "int32"), [logits]);
  const flat = ops.reshape(hidden, [places, config.hiddenSize]);
  const picked = all
    ? flat
    : ops.pickRows(flat, graph.input(`${prefix}counted`, [logits], "int32"));
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
