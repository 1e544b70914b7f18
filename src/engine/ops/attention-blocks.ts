/**
 * How causal attention is cut along the queries' time: a block of queries is multiplied only with the
 * keys that some query of the block may see, so most of the masked half is never computed.
 */
import type { Value } from "../graph/index.ts";
import { equal, select } from "./logic.ts";
import { reshape, slice } from "./shapes.ts";

export type AttentionAttributes = {
  readonly scale: number;
  /** 0: unlimited. */
  readonly window: number;
  /** 0: none. */
  readonly softcap: number;
  /** Queries in a block, at most. */
  readonly blockSize: number;
};

/** Queries `start` to `end` and the keys that they may see, `from` to `end`. */
export interface AttentionBlock {
  readonly start: number;
  readonly end: number;
  readonly from: number;
}

/** @param window how many positions a query sees, its own included; 0 for all. */
export function attentionBlocks(time: number, window: number, size: number): AttentionBlock[] {
  const count = Math.ceil(time / size);
  return Array.from({ length: count }, (_, i) => {
    const start = Math.floor((i * time) / count);
    const end = Math.floor(((i + 1) * time) / count);
    return { start, end, from: window === 0 ? 0 : Math.max(0, start - window + 1) };
  });
}

/** Added to the score of a key that is out of sight: its weight becomes exactly 0. */
const outOfSight = -1e30;

/**
 * What is added to a block's scores: `[queries, keys]`, or `[batch, 1, 1, queries, keys]` with segments.
 * A query's own position is always in sight, so no row is masked as a whole.
 */
export function attentionMask(
  anchor: Value,
  segments: Value | undefined,
  { start, end, from }: AttentionBlock,
  window: number,
): Value {
  const shape = [end - start, end - from];
  const visible = Uint8Array.from({ length: shape[0]! * shape[1]! }, (_, i) => {
    const query = start + Math.floor(i / shape[1]!);
    const key = from + (i % shape[1]!);
    return key <= query && (window === 0 || key > query - window) ? 1 : 0;
  });
  const { graph } = anchor;
  const mask = Float32Array.from(visible, (seen) => (seen === 1 ? 0 : outOfSight));
  const byPosition = graph.constant(mask, shape, "float32");
  if (segments === undefined) return byPosition;
  const batch = segments.shape[0]!;
  const ofQueries = reshape(slice(segments, 1, start, end), [batch, 1, 1, shape[0]!, 1]);
  const ofKeys = reshape(slice(segments, 1, from, end), [batch, 1, 1, 1, shape[1]!]);
  return select(equal(ofQueries, ofKeys), byPosition, outOfSight);
}

/** The queries of one block, those of a group one after the other: `[batch, kv, rows, headDim]`. */
export function groupedRows(value: Value, kv: number, { start, end }: AttentionBlock): Value {
  const [batch, heads, , width] = value.shape as [number, number, number, number];
  return reshape(slice(value, 2, start, end), [batch, kv, (heads / kv) * (end - start), width]);
}
