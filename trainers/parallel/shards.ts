/** Which rank keeps the optimiser's state of which parameters (ZeRO-1). */
import type { OptimizerName } from "../optimisers/make-optimizer.ts";
import type { Segment } from "./buckets.ts";

/**
 * Optimisers that treat every element alone, so that any part of a parameter can be updated without the
 * rest. Muon orthogonalises whole matrices, Adafactor keeps means of rows and columns, and the blocks of
 * 8-bit states begin where a parameter does: these get whole parameters.
 */
const elementwise: readonly OptimizerName[] = ["adamw", "lion", "sgd"];

export const cutsParameters = (optimizer: OptimizerName): boolean =>
  elementwise.includes(optimizer);

/**
 * The segments of each rank: equal parts of all elements, or whole parameters, the largest first, each to
 * the rank that has the fewest elements.
 * @param lengths elements of each parameter.
 */
export function planShards(
  lengths: readonly number[],
  ranks: number,
  optimizer: OptimizerName,
): Segment[][] {
  return cutsParameters(optimizer) ? equalParts(lengths, ranks) : wholeTensors(lengths, ranks);
}

function equalParts(lengths: readonly number[], ranks: number): Segment[][] {
  const total = lengths.reduce((sum, length) => sum + length, 0);
  let before = 0;
  const starts = lengths.map((length) => {
    before += length;
    return before - length;
  });
  return Array.from({ length: ranks }, (_, rank) => {
    const [first, last] = [rank, rank + 1].map((n) => Math.floor((total * n) / ranks));
    return lengths.flatMap((length, tensor) => {
      const start = starts[tensor]!;
      const from = Math.max(0, first! - start);
      const to = Math.min(length, last! - start);
      return from < to ? [{ tensor, from, to }] : [];
    });
  });
}

function wholeTensors(lengths: readonly number[], ranks: number): Segment[][] {
  const shards: Segment[][] = Array.from({ length: ranks }, () => []);
  const loads = new Array<number>(ranks).fill(0);
  const largestFirst = [...lengths.keys()].sort((a, b) => lengths[b]! - lengths[a]! || a - b);
  for (const tensor of largestFirst) {
    const rank = loads.indexOf(Math.min(...loads));
    loads[rank]! += lengths[tensor]!;
    shards[rank]!.push({ tensor, from: 0, to: lengths[tensor]! });
  }
  return shards.map((shard) => shard.sort((a, b) => a.tensor - b.tensor));
}
