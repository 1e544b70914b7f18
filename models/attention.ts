/**
 * Multi-head self-attention with grouped queries (Ainslie et al. 2023, arXiv 2305.13245). Two ways
 * to the same numbers: over the whole sequence at once for training, and over a cache of the keys
 * and values of earlier tokens for generation.
 */
import { ops, type Value } from "../src/engine/index.ts";
import type { DecoderConfig } from "./config.ts";
import type { RotaryAngles } from "./rotary.ts";
import type { Weights } from "./weights.ts";

export interface LayerCache {
  /** `[batch, keyValueHeads, capacity, headDim]`; row `p` holds the token at position `p`. */
  readonly keys: Value;
  readonly values: Value;
}

export interface AttentionContext {
  readonly rotary: RotaryAngles | null;
  /** int32 `[batch, time]`. */
  readonly positions: Value;
  /** int32 `[batch, time]`: a token sees only tokens of its own segment. Null: one segment. */
  readonly segments: Value | null;
}

export interface AttentionResult {
  /** `[batch, time, width]`. */
  readonly output: Value;
  /** The cache with the new tokens written into it. */
  readonly cache: LayerCache | null;
}

/** @param x `[batch, time, width]`. */
export function attention(
  config: DecoderConfig,
  weights: Weights,
  x: Value,
  context: AttentionContext,
  cache: LayerCache | null,
): AttentionResult {
  const { heads, keyValueHeads, headDim } = config;
  const [batch, time] = x.shape as [number, number, number];
  const project = (name: string, input: Value) =>
    ops.linear(input, weights.get(`${name}.weight`), weights.find(`${name}.bias`));
  const split = (value: Value, count: number) =>
    ops.transpose(ops.reshape(value, [batch, time, count, headDim]), [0, 2, 1, 3]);
  const rotate = (value: Value) =>
    context.rotary === null ? value : ops.rope(value, context.rotary.cosine, context.rotary.sine);

  const query = rotate(split(project("query", x), heads));
  const key = rotate(split(project("key", x), keyValueHeads));
  const value = split(project("value", x), keyValueHeads);

  const written = cache === null ? null : extend(cache, key, value, context.positions);
  const attended =
    written === null
      ? ops.causalAttention({
          query,
          key,
          value,
          ...(context.segments === null ? {} : { segments: context.segments }),
        })
      : cachedAttention(query, written, context.positions);
  const joined = ops.reshape(ops.transpose(attended, [0, 2, 1, 3]), [batch, time, heads * headDim]);
  return { output: project("output", joined), cache: written };
}

function extend(cache: LayerCache, key: Value, value: Value, positions: Value): LayerCache {
  return {
    keys: ops.cacheWrite(cache.keys, key, positions),
    values: ops.cacheWrite(cache.values, value, positions),
  };
}

/**
 * Attention of new tokens to the cache that already holds them.
 * @param query `[batch, heads, time, headDim]`.
 * @param positions int32 `[batch, time]`: a token sees the rows of the cache up to its own.
 */
function cachedAttention(query: Value, cache: LayerCache, positions: Value): Value {
  const [batch, heads, time, headDim] = query.shape as [number, number, number, number];
  const [, keyValueHeads, capacity] = cache.keys.shape as [number, number, number, number];
  const group = heads / keyValueHeads;
  const rows = ops.reshape(query, [batch, keyValueHeads, group * time, headDim]);
  const scores = ops.matmul(rows, cache.keys, { transposeB: true, scale: 1 / Math.sqrt(headDim) });

  const places = query.graph.constant(
    Int32Array.from({ length: capacity }, (_, i) => i),
    [capacity],
    "int32",
  );
  const visible = ops.lessEqual(places, ops.reshape(positions, [batch, 1, 1, time, 1]));
  const grouped = ops.reshape(scores, [batch, keyValueHeads, group, time, capacity]);
  const masked = ops.select(visible, grouped, Number.NEGATIVE_INFINITY);
  const attended = ops.matmul(
    ops.reshape(ops.softmax(masked), [batch, keyValueHeads, group * time, capacity]),
    cache.values,
  );
  return ops.reshape(attended, [batch, heads, time, headDim]);
}
