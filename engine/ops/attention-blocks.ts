/**
 * How causal attention is cut. Along the queries' time: a block of queries is multiplied only with the
 * keys that some query of the block may see, so most of the masked half is never computed. Along the
 * heads: of long sequences so few at once that their scores stay in a core's cache.
 */
import { type Shape, sizeOf, type Value } from "../graph/index.ts";
import { subtract } from "./arithmetic.ts";
import { and, equal, greater, lessEqual, select } from "./logic.ts";
import { reshape, slice } from "./shapes.ts";

export type AttentionAttributes = {
  readonly scale: number;
  /** 0: unlimited. */
  readonly window: number;
  /** 0: none. */
  readonly softcap: number;
  /** One a query head; none: distances do not count. */
  readonly slopes: readonly number[];
  /** Queries in a block, at most. */
  readonly blockSize: number;
  /** Heads of keys and values at once, at most. */
  readonly headsAtOnce: number;
};

/** Queries `start` to `end` and the keys that they may see, `from` to `end`. */
export interface AttentionBlock {
  readonly start: number;
  readonly end: number;
  readonly from: number;
}

/** @param window how many positions a query sees, its own included; 0 for all. */
export function attentionBlocks(
  sequenceLength: number,
  window: number,
  size: number,
): AttentionBlock[] {
  const count = Math.ceil(sequenceLength / size);
  return Array.from({ length: count }, (_, i) => {
    const start = Math.floor((i * sequenceLength) / count);
    const end = Math.floor(((i + 1) * sequenceLength) / count);
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
  { graph }: Value,
  segments: Value | undefined,
  block: AttentionBlock,
  window: number,
): Value {
  const { start, end, from } = block;
  const positions = (first: number, shape: Shape) =>
    graph.constant(
      Int32Array.from({ length: sizeOf(shape) }, (_, i) => first + i),
      shape,
      "int32",
    );
  const queries = positions(start, [end - start, 1]);
  const keys = positions(from, [1, end - from]);
  const past = lessEqual(keys, queries);
  const near = window === 0 ? past : and(past, greater(keys, subtract(queries, window)));
  const visible = segments === undefined ? near : and(near, sameSegment(segments, block));
  return select(visible, graph.scalar(0), outOfSight);
}

/**
 * What distances add to a block's scores where heads have slopes (Press et al. 2021, arXiv 2108.12409):
 * `[kv, group, 1, keys]`. A row of scores may be shifted as a whole, so the distance is taken from the
 * block's last query, which keeps what is added small, and exact, where weights are not.
 */
export function attentionSlopes(
  { graph }: Value,
  slopes: readonly number[],
  kv: number,
  { end, from }: AttentionBlock,
): Value {
  const keys = end - from;
  const data = Float32Array.from(
    { length: slopes.length * keys },
    (_, i) => slopes[Math.floor(i / keys)]! * ((i % keys) + 1 - keys),
  );
  return graph.constant(data, [kv, slopes.length / kv, 1, keys], "float32");
}

/** What takes a row's scores to distances from its own query: `[kv, group, queries]`. */
export function attentionShifts(
  { graph }: Value,
  slopes: readonly number[],
  kv: number,
  { start, end }: AttentionBlock,
): Value {
  const queries = end - start;
  const data = Float32Array.from(
    { length: slopes.length * queries },
    (_, i) => slopes[Math.floor(i / queries)]! * (queries - 1 - (i % queries)),
  );
  return graph.constant(data, [kv, slopes.length / kv, queries], "float32");
}

/** `[batch, 1, 1, queries, keys]` */
function sameSegment(segments: Value, { start, end, from }: AttentionBlock): Value {
  const batch = segments.shape[0]!;
  const ofQueries = slice(segments, 1, start, end);
  const ofKeys = slice(segments, 1, from, end);
  return equal(
    reshape(ofQueries, [batch, 1, 1, end - start, 1]),
    reshape(ofKeys, [batch, 1, 1, 1, end - from]),
  );
}

/** Heads of keys and values `first` to `end`, each with its group of queries. */
export interface HeadRange {
  readonly first: number;
  readonly end: number;
}

export function headRanges(kv: number, headsAtOnce: number): HeadRange[] {
  const count = Math.ceil(kv / headsAtOnce);
  return Array.from({ length: count }, (_, i) => ({
    first: Math.floor((i * kv) / count),
    end: Math.floor(((i + 1) * kv) / count),
  }));
}

/** The heads of a range: `[batch, heads, ...]`, of queries or of keys and values. */
export function headsOf(value: Value, kv: number, { first, end }: HeadRange): Value {
  const group = value.shape[1]! / kv;
  return slice(value, 1, first * group, end * group);
}

/** The queries of one block, those of a group one after the other: `[batch, kv, rows, headDim]`. */
export function groupedRows(value: Value, kv: number, { start, end }: AttentionBlock): Value {
  const [batch, heads, , width] = value.shape as [number, number, number, number];
  return reshape(slice(value, 2, start, end), [batch, kv, (heads / kv) * (end - start), width]);
}
