/** DPO as what a training step lowers: the inputs of pairs, their log-probabilities and the loss. */

import { ignoreIndex, type PairBatch } from "../../data/index.ts";
import { type Graph, ops, type Value } from "../../engine/index.ts";
import { type DecoderConfig, decoder, head, type Weights } from "../../models/index.ts";
import type { Suspect } from "../guards/suspects.ts";
import type { BatchShape, LossOptions } from "../loss/loss.ts";
import type { Objective, PassResult } from "../loss/objective.ts";
import { type BatchFeeds, feedsOf, shapeOf, targetPositions } from "../step/target-positions.ts";
import { type DpoOptions, dpoLosses } from "./dpo-loss.ts";

/** Outputs of a pass, float32 by row and by pair. */
const [logProbs, pairLosses] = ["logProbs", "pairLosses"] as const;

/**
 * What a DPO step tells, by TRL's names: `rewards/…` are beta times how much likelier a drawing is than it
 * was at the start, `logps/…` are sums over a drawing's tokens.
 */
export type DpoFigure =
  | `rewards/${"chosen" | "rejected" | "accuracies" | "margins"}`
  | `logps/${"chosen" | "rejected"}`;

export const dpoFigures: readonly DpoFigure[] = [
  ...(["rewards/chosen", "rewards/rejected", "rewards/accuracies", "rewards/margins"] as const),
  ...(["logps/chosen", "logps/rejected"] as const),
];

export class DpoObjective implements Objective<PairBatch> {
  readonly #options: DpoOptions;

  constructor(options: DpoOptions) {
    this.#options = options;
  }

  shapeOf(batch: PairBatch): BatchShape {
    return shapeOf({ ...batch, targetCount: batch.tokenCount });
  }

  feedsOf(batch: PairBatch, shape: BatchShape): BatchFeeds {
    const { batchSize, sequenceLength, pairs, reference, rowTokens } = batch;
    const logits = shape.targetPositions ?? batchSize * sequenceLength;
    const places =
      shape.targetPositions === undefined
        ? Int32Array.from({ length: logits }, (_, place) => place)
        : targetPositions(batch.targets, logits);
    const members = new Float32Array(batchSize * logits);
    for (const [index, place] of places.entries()) {
      if (place < 0 || batch.targets[place] === ignoreIndex) continue;
      members[Math.floor(place / sequenceLength) * logits + index] = 1;
    }
    const counts = Float32Array.from({ length: pairs }, (_, pair) =>
      pair < batch.targetCount ? 1 : 0,
    );
    return {
      ...feedsOf({ ...batch, targetCount: batch.tokenCount }, shape),
      members: { shape: [batchSize, logits], data: members },
      reference: { shape: [batchSize], data: reference },
      rowTokens: {
        shape: [batchSize],
        data: Float32Array.from(rowTokens, (count) => Math.max(1, count)),
      },
      counts: { shape: [pairs], data: counts },
    };
  }

  build(
    graph: Graph,
    config: DecoderConfig,
    weights: Weights,
    shape: BatchShape,
    options: LossOptions,
  ): { readonly lossSum: Value; readonly outputs: Readonly<Record<string, Value>> } {
    const rows = shape.batchSize;
    const pairs = rows / 2;
    const summed = rowLogProbs(graph, config, weights, shape, options);
    const reference = graph.input("reference", [rows]);
    const tokens = graph.input("rowTokens", [rows]);
    const [first, second] = [
      (value: Value) => ops.slice(value, 0, 0, pairs),
      (value: Value) => ops.slice(value, 0, pairs, rows),
    ];
    const losses = dpoLosses(
      {
        chosen: first(summed),
        rejected: second(summed),
        referenceChosen: first(reference),
        referenceRejected: second(reference),
        chosenTokens: first(tokens),
        rejectedTokens: second(tokens),
      },
      this.#options,
    );
    const counted = ops.multiply(losses, graph.input("counts", [pairs]));
    return {
      lossSum: ops.sum(counted),
      outputs: { [logProbs]: summed, [pairLosses]: counted },
    };
  }

  /** @returns sums over the pairs. */
  figuresOf(batch: PairBatch, pass: PassResult): Readonly<Record<DpoFigure, number>> {
    const { beta } = this.#options;
    const zeros = dpoFigures.map((name) => [name, 0] as const);
    const sums = Object.fromEntries(zeros) as Record<DpoFigure, number>;
    const found = logProbsOf(pass);
    for (let pair = 0; pair < batch.targetCount; pair++) {
      const other = pair + batch.pairs;
      const [chosen, rejected] = [found[pair]!, found[other]!];
      const ofChosen = beta * (chosen - batch.reference[pair]!);
      const ofRejected = beta * (rejected - batch.reference[other]!);
      sums["rewards/chosen"] += ofChosen;
      sums["rewards/rejected"] += ofRejected;
      sums["rewards/accuracies"] += ofChosen > ofRejected ? 1 : 0;
      sums["rewards/margins"] += ofChosen - ofRejected;
      sums["logps/chosen"] += chosen;
      sums["logps/rejected"] += rejected;
    }
    return sums;
  }

  suspects(score: (batch: PairBatch) => PassResult, batches: readonly PairBatch[]): Suspect[] {
    const found = batches.flatMap((batch) => {
      const losses = score(batch).outputs[pairLosses] ?? new Float32Array();
      return batch.shownPairs.map((sample, pair) => ({
        choice: { sample, caption: 0, drawing: 0 },
        loss: losses[pair] ?? 0,
      }));
    });
    const badness = (loss: number) => (Number.isFinite(loss) ? loss : Number.MAX_VALUE);
    return found.sort((a, b) => badness(b.loss) - badness(a.loss)).slice(0, mostSuspects);
  }
}

const mostSuspects = 5;

/** By row, the sum of ln p over the drawing's tokens. */
export function logProbsOf(pass: PassResult): Float32Array {
  const found = pass.outputs[logProbs];
  if (found === undefined) throw new RangeError("a pass of another objective has no rows");
  return found;
}

/** Adds the batch as inputs and the decoder. @returns float32 `[rows]`. */
function rowLogProbs(
  graph: Graph,
  config: DecoderConfig,
  weights: Weights,
  { batchSize, sequenceLength, targetPositions: counted }: BatchShape,
  { dropout = null, noise = null }: LossOptions,
): Value {
  const shape = [batchSize, sequenceLength];
  const places = batchSize * sequenceLength;
  const logits = counted ?? places;
  const { hidden } = decoder(config, weights, {
    tokens: graph.input("tokens", shape, "int32"),
    positions: graph.input("positions", shape, "int32"),
    segments: graph.input("segments", shape, "int32"),
    caches: null,
    ...(dropout === null ? {} : { dropout }),
    ...(noise === null ? {} : { noise }),
  });
  const flat = ops.reshape(hidden, [places, config.hiddenSize]);
  const picked =
    counted === undefined ? flat : ops.pickRows(flat, graph.input("counted", [logits], "int32"));
  const targets =
    counted === undefined
      ? ops.reshape(graph.input("targets", shape, "int32"), [places])
      : graph.input("targets", [logits], "int32");
  const scores = head(config, weights, picked);
  const safe = ops.maximum(targets, 0);
  const logProb = ops.subtract(ops.takeAlongLast(scores, safe), ops.logSumExp(scores));
  const isTarget = ops.not(ops.equal(targets, ignoreIndex));
  const kept = ops.reshape(ops.select(isTarget, logProb, 0), [logits, 1]);
  const members = graph.input("members", [batchSize, logits]);
  return ops.reshape(ops.matmul(members, kept), [batchSize]);
}
