/**
 * Multi-head self-attention with grouped queries (Ainslie et al. 2023, arXiv 2305.13245). Two ways
 * to the same numbers: over the whole sequence at once for training, and over a cache of the keys
 * and values of earlier tokens for generation.
 */
import { ops, type Value } from "../src/engine/index.ts";
import type { DecoderConfig } from "./config.ts";
import { linear } from "./linear.ts";
import { rmsNorm } from "./norm.ts";
import type { LayerAngles } from "./rotary.ts";
import type { Weights } from "./weights.ts";

export interface LayerCache {
  /** `[batch, keyValueHeads, capacity, headDim]`; row `p` holds the token at position `p`. */
  readonly keys: Value;
  readonly values: Value;
}

export interface AttentionContext {
  readonly rotary: LayerAngles | null;
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

/**
 * @param x `[batch, time, width]`.
 * @param layer index, for what differs between layers.
 */
export function attention(
  config: DecoderConfig,
  weights: Weights,
  layer: number,
  x: Value,
  context: AttentionContext,
  cache: LayerCache | null,
): AttentionResult {
  const { heads, keyValueHeads, headDim } = config;
  const [batch, time] = x.shape as [number, number, number];
  const scores = scoring(config, layer);
  const split = (value: Value, count: number) =>
    ops.transpose(ops.reshape(value, [batch, time, count, headDim]), [0, 2, 1, 3]);
  const placed = (name: "query" | "key", count: number) => {
    const value = split(linear(weights, name, x), count);
    const normal = config.attention.queryKeyNorm
      ? rmsNorm(config, weights.at(`${name}Norm`), value)
      : value;
    return rotate(normal, context, scores.window !== null);
  };

  const query = placed("query", heads);
  const key = placed("key", keyValueHeads);
  const value = split(linear(weights, "value", x), keyValueHeads);

  const written = cache === null ? null : extend(cache, key, value, context.positions);
  const attended =
    written === null
      ? sequenceAttention({ query, key, value }, context.segments, scores)
      : cachedAttention(query, written, context.positions, scores);
  const joined = ops.reshape(ops.transpose(attended, [0, 2, 1, 3]), [batch, time, heads * headDim]);
  return { output: linear(weights, "output", joined), cache: written };
}

/** How a layer weighs keys. */
interface Scoring {
  readonly scale: number;
  readonly softcap: number | null;
  /** Tokens in sight; null for all. */
  readonly window: number | null;
}

function scoring({ headDim, attention: config }: DecoderConfig, layer: number): Scoring {
  const { scale, softcap, window } = config;
  return {
    scale: scale ?? 1 / Math.sqrt(headDim),
    softcap,
    window: window?.layers.includes(layer) ? window.size : null,
  };
}

function rotate(value: Value, { rotary }: AttentionContext, local: boolean): Value {
  if (rotary === null) return value;
  const { cosine, sine } = local ? rotary.local : rotary.global;
  return ops.rope(value, cosine, sine);
}

function sequenceAttention(
  operands: { readonly query: Value; readonly key: Value; readonly value: Value },
  segments: Value | null,
  { scale, softcap, window }: Scoring,
): Value {
  return ops.causalAttention({
    ...operands,
    scale,
    ...(segments === null ? {} : { segments }),
    ...(softcap === null ? {} : { softcap }),
    ...(window === null ? {} : { window }),
  });
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
function cachedAttention(
  query: Value,
  cache: LayerCache,
  positions: Value,
  { scale, softcap, window }: Scoring,
): Value {
  const [batch, heads, time, headDim] = query.shape as [number, number, number, number];
  const [, keyValueHeads, capacity] = cache.keys.shape as [number, number, number, number];
  const group = heads / keyValueHeads;
  const rows = ops.reshape(query, [batch, keyValueHeads, group * time, headDim]);
  const plain = ops.matmul(rows, cache.keys, { transposeB: true, scale });
  const scores = softcap === null ? plain : ops.softcap(plain, softcap);

  const grouped = ops.reshape(scores, [batch, keyValueHeads, group, time, capacity]);
  const visible = visibleRows(ops.reshape(positions, [batch, 1, 1, time, 1]), capacity, window);
  const masked = ops.select(visible, grouped, Number.NEGATIVE_INFINITY);
  const attended = ops.matmul(
    ops.reshape(ops.softmax(masked), [batch, keyValueHeads, group * time, capacity]),
    cache.values,
  );
  return ops.reshape(attended, [batch, heads, time, headDim]);
}

/** Which rows of the cache tokens at these positions see: `[..., capacity]` for `[..., 1]`. */
function visibleRows(positions: Value, capacity: number, window: number | null): Value {
  const places = positions.graph.constant(
    Int32Array.from({ length: capacity }, (_, i) => i),
    [capacity],
    "int32",
  );
  const earlier = ops.lessEqual(places, positions);
  if (window === null || window >= capacity) return earlier;
  return ops.and(earlier, ops.greater(places, ops.subtract(positions, window)));
}
