/**
 * Attention to earlier keys and values, which the new ones are put behind, as models for other runtimes
 * have it: the caches grow with the sequence, rows are padded on either side, and a mask says what is a
 * token. The numbers are those of attention over a cache of fixed capacity.
 */
import { ops, type Value } from "../../engine/index.ts";
import type { KeyValueCache, Operands, Scoring } from "./layer-cache.ts";

/** Where tokens stand in rows of `total` places, padding and earlier tokens included. */
export interface JoinedPlaces {
  /** bool `[batch, total]`: false for padding. */
  readonly present: Value;
  /** int32 `[sequence]`: places of the new tokens, the last ones of the row. */
  readonly ofQueries: Value;
  /** int32 `[total]`. */
  readonly ofKeys: Value;
  /** int32 `[batch, total]`, padding not counted; asked for by linear biases alone. */
  readonly positionsOfKeys: Value | null;
  /** int32 `[batch, sequence]`, the same of the new tokens. */
  readonly positionsOfQueries: Value;
}

/** Less than any score: a row of padding, which sees nothing, must not come to 0 / 0. */
const unseen = -3.4028234663852886e38;

/** @param cache `[batch, kvHeads, past, headDim]`. @returns the caches of all `total` tokens. */
export function joinedAttention(
  { query, key, value }: Operands,
  cache: KeyValueCache,
  places: JoinedPlaces,
  { scale, softcap, window, slopes }: Scoring,
): { readonly attended: Value; readonly written: KeyValueCache } {
  const keys = ops.concat([cache.keys, key], 2);
  const values = ops.concat([cache.values, value], 2);
  const [batch, heads, sequence, headDim] = query.shape as [number, number, number, number];
  const [, kvHeads, total] = keys.shape as [number, number, number, number];
  const group = heads / kvHeads;
  const rows = ops.reshape(query, [batch, kvHeads, group * sequence, headDim]);
  const plain = ops.matmul(rows, keys, { transposeB: true, scale });
  const capped = softcap === null ? plain : ops.softcap(plain, softcap);
  const grouped = ops.reshape(capped, [batch, kvHeads, group, sequence, total]);
  const scores = slopes === null ? grouped : ops.add(grouped, lowered(places, slopes, kvHeads));
  const weights = ops.softmax(ops.select(visible(places, window), scores, unseen));
  const attended = ops.matmul(ops.reshape(weights, plain.shape), values);
  return { attended: ops.reshape(attended, query.shape), written: { keys, values } };
}

/** bool `[batch, 1, 1, sequence, total]`. */
function visible({ present, ofQueries, ofKeys }: JoinedPlaces, window: number | null): Value {
  const [batch, total] = present.shape as [number, number];
  const queries = ops.reshape(ofQueries, [ofQueries.shape[0]!, 1]);
  const earlier = ops.lessEqual(ofKeys, queries);
  const near =
    window === null
      ? earlier
      : ops.and(earlier, ops.greater(ofKeys, ops.subtract(queries, window)));
  return ops.and(near, ops.reshape(present, [batch, 1, 1, 1, total]));
}

/** By how much distance lowers the scores: `[batch, kvHeads, group, sequence, total]`. */
function lowered(places: JoinedPlaces, slopes: readonly number[], kvHeads: number): Value {
  const { positionsOfKeys, positionsOfQueries } = places;
  const [batch, sequence] = positionsOfQueries.shape as [number, number];
  const total = places.ofKeys.shape[0]!;
  const keys = ops.reshape(positionsOfKeys!, [batch, 1, 1, 1, total]);
  const queries = ops.reshape(positionsOfQueries, [batch, 1, 1, sequence, 1]);
  const apart = ops.cast(ops.subtract(keys, queries), "float32");
  const shape = [kvHeads, slopes.length / kvHeads, 1, 1];
  return ops.multiply(apart, apart.graph.constant(Float32Array.from(slopes), shape, "float32"));
}
