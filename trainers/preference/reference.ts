/** What pairs were worth to the weights that training began with, computed once before the first step. */

import type { PairBatch } from "../../data/index.ts";
import type { PassResult } from "../loss/objective.ts";
import { logProbsOf } from "./dpo-objective.ts";

/** By sample, sums of ln p over a drawing's tokens. */
export interface ReferenceLogProbs {
  readonly chosen: Float32Array;
  readonly rejected: Float32Array;
}

/**
 * @param pass a forward pass of the model as it is now.
 * @param count of the samples, each of which the batches show once.
 */
export function referenceLogProbs(
  pass: (batch: PairBatch) => PassResult,
  batches: Iterable<PairBatch>,
  count: number,
  onProgress?: (done: number, total: number) => void,
): ReferenceLogProbs {
  const [chosen, rejected] = [new Float32Array(count), new Float32Array(count)];
  let done = 0;
  for (const batch of batches) {
    const found = logProbsOf(pass(batch));
    for (const [pair, sample] of batch.shownPairs.entries()) {
      chosen[sample] = found[pair]!;
      rejected[sample] = found[batch.pairs + pair]!;
    }
    done += batch.shownPairs.length;
    onProgress?.(done, count);
  }
  return { chosen, rejected };
}
