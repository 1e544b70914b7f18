/**
 * Which positions of a batch have logits. Prompts and padding are not counted by the loss, and the head,
 * whose products with a large vocabulary are among a step's largest, need not compute them. Graphs
 * having static shapes, the target positions are rounded up to one of few numbers. Which one follows from
 * the batch alone, so that a resumed run computes as one that was never stopped.
 */
import { type Batch, ignoreIndex } from "../../data/index.ts";
import type { BatchShape } from "../loss/loss.ts";

/**
 * The positions of a batch are cut into so many parts, of which as few have logits as hold the counted:
 * batches of one size come in as many shapes.
 */
export const parts = 8;

/** What a batch feeds to the graph of this shape: the shape of its inputs and their numbers. */
export type BatchFeeds = Readonly<
  Record<string, { readonly shape: readonly number[]; readonly data: Int32Array | Float32Array }>
>;

/** The smallest shape of a graph that holds the batch. */
export function shapeOf({ batchSize, sequenceLength, targetCount: counted }: Batch): BatchShape {
  const places = batchSize * sequenceLength;
  const share = Math.max(1, Math.ceil((counted / places) * parts));
  const logits = Math.ceil((share * places) / parts);
  return logits >= places
    ? { batchSize: batchSize, sequenceLength: sequenceLength }
    : { batchSize: batchSize, sequenceLength: sequenceLength, targetPositions: logits };
}

/** @throws RangeError where more positions count than the batch says. */
export function feedsOf(batch: Batch, graph: BatchShape): BatchFeeds {
  const { batchSize, sequenceLength, targetPositions: logits, futureHeads = 0 } = graph;
  const shape = [batchSize, sequenceLength];
  const feeds: Record<string, BatchFeeds[string]> = {};
  for (const name of ["tokens", "positions", "segments"] as const) {
    feeds[name] = { shape, data: batch[name] };
  }
  for (let head = 0; head <= futureHeads; head++) {
    const prefix = head === 0 ? "" : `future.${head}.`;
    const targets = head === 0 ? batch.targets : targetsAhead(batch, head);
    if (logits === undefined) {
      feeds[`${prefix}targets`] = { shape, data: targets };
      continue;
    }
    const counted = targetPositions(targets, logits);
    const kept = counted.map((place) => (place < 0 ? ignoreIndex : targets[place]!));
    feeds[`${prefix}targets`] = { shape: [logits], data: kept };
    feeds[`${prefix}counted`] = { shape: [logits], data: counted };
  }
  return feeds;
}

/**
 * Targets of a head that looks so many places further on: those of the positions there, within the same
 * sample of a packed row. Each target is asked for once, so that no more count than of the next token.
 */
export function targetsAhead(
  { batchSize, sequenceLength, segments, targets }: Batch,
  places: number,
): Int32Array {
  const ahead = new Int32Array(targets.length).fill(ignoreIndex);
  for (let row = 0; row < batchSize; row++) {
    const end = (row + 1) * sequenceLength;
    for (let place = row * sequenceLength; place + places < end; place++) {
      const isSame = segments[place] === segments[place + places];
      if (isSame) ahead[place] = targets[place + places]!;
    }
  }
  return ahead;
}

/** Places of the targets that count, in order, then -1 up to the size asked for. */
export function targetPositions(targets: Int32Array, size: number): Int32Array {
  const places = new Int32Array(size).fill(-1);
  let found = 0;
  for (const [place, target] of targets.entries()) {
    if (target === ignoreIndex) continue;
    if (found === size) throw new RangeError(`more than ${size} targets count: a wrong "counted"`);
    places[found++] = place;
  }
  return places;
}
