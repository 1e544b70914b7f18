/**
 * Multi-head self-attention with grouped queries (Ainslie et al. 2023, arXiv 2305.13245). Two ways
 * to the same numbers: over the whole sequence at once for training, and over a cache of the keys
 * and values of earlier tokens for generation.
 */
import { ops, type Value } from "../../engine/index.ts";
import { alibiSlopes } from "./alibi.ts";
import type { DecoderConfig, QueryKeyNorm } from "./config.ts";
import { type JoinedPlaces, joinedAttention } from "./joined-attention.ts";
import {
  isQuantizedCache,
  type KeyValueCache,
  type Operands,
  type QuantizedKeyValueCache,
  type Scoring,
} from "./layer-cache.ts";
import { linear } from "./linear.ts";
import { rmsNorm } from "./norm.ts";
import { halvesApart, type LayerAngles } from "./rotary.ts";
import type { Weights } from "./weights.ts";

export interface AttentionContext {
  readonly rotary: LayerAngles | null;
  /** int32 `[batch, sequence]`. */
  readonly positions: Value;
  /** int32 `[batch, sequence]`: a token sees only tokens of its own segment. Null: one segment. */
  readonly segments: Value | null;
  /** int32 `[batch]`: tokens of each row that are read; the rest are padding, which a state must not see. */
  readonly counts?: Value;
  /** Several new tokens go on after those in the cache, instead of being a sequence's first. */
  readonly continues?: boolean;
  /** The caches hold earlier tokens and no more, and the new ones are put behind them. */
  readonly joined?: JoinedPlaces;
}

export interface AttentionResult {
  /** `[batch, sequence, hiddenSize]`. */
  readonly output: Value;
  /** The cache with the new tokens written into it. */
  readonly cache: KeyValueCache | QuantizedKeyValueCache | null;
}

export type AttentionCache = KeyValueCache | QuantizedKeyValueCache;

/**
 * @param x `[batch, sequence, hiddenSize]`.
 * @param layer index, for what differs between layers.
 */
export function attention(
  config: DecoderConfig,
  weights: Weights,
  layer: number,
  x: Value,
  context: AttentionContext,
  cache: AttentionCache | null,
): AttentionResult {
  const { heads, kvHeads, headDim } = config;
  const [batch, sequenceLength] = x.shape as [number, number, number];
  const scores = scoring(config, layer);
  const { queryKeyNorm } = config.attention;
  const split = (value: Value, count: number) =>
    ops.transpose(ops.reshape(value, [batch, sequenceLength, count, headDim]), [0, 2, 1, 3]);
  const turned = (value: Value) => {
    if (context.rotary === null || config.rope.unturnedLayers.includes(layer)) return value;
    const laid = config.rope.interleaved ? halvesApart(config, value) : value;
    return rotate(laid, context, scores.window !== null);
  };
  const placed = (name: "query" | "key", count: number) => {
    const normal = (at: QueryKeyNorm, value: Value) =>
      at === queryKeyNorm ? rmsNorm(config, weights.at(`${name}Norm`), value) : value;
    const value = split(normal("projection", linear(weights, name, x)), count);
    return normal("headAfterRotation", turned(normal("head", value)));
  };

  const query = grown(config, placed("query", heads), context.positions);
  const key = placed("key", kvHeads);
  const value = split(linear(weights, "value", x), kvHeads);

  const { attended, written } = attend({ query, key, value }, context, cache, scores);
  const joined = ops.reshape(ops.transpose(attended, [0, 2, 1, 3]), [
    batch,
    sequenceLength,
    heads * headDim,
  ]);
  const gated = config.attention.outputGate
    ? ops.multiply(joined, ops.sigmoid(linear(weights, "gate", x)))
    : joined;
  return { output: linear(weights, "output", gated), cache: written };
}

function scoring(
  { headDim, heads, positions, attention: config }: DecoderConfig,
  layer: number,
): Scoring {
  const { scale, softcap, window } = config;
  return {
    scale: scale ?? 1 / Math.sqrt(headDim),
    softcap,
    window: window?.layers.includes(layer) ? window.size : null,
    slopes: positions === "alibi" ? alibiSlopes(heads) : null,
  };
}

/** Queries `[batch, heads, sequence, headDim]`, larger the later they stand. */
function grown({ attention, contextLength }: DecoderConfig, query: Value, positions: Value): Value {
  const growth = attention.queryGrowth;
  if (growth === null || contextLength <= growth.contextLength) return query;
  const times = ops.divide(ops.cast(positions, "float32"), growth.contextLength);
  // A cast leaves out the fraction.
  const whole = ops.cast(ops.cast(times, "int32"), "float32");
  const factor = ops.add(ops.multiply(ops.log(ops.add(whole, 1)), growth.rate), 1);
  const [batch, sequenceLength] = positions.shape as [number, number];
  return ops.multiply(query, ops.reshape(factor, [batch, 1, sequenceLength, 1]));
}

function rotate(value: Value, { rotary }: AttentionContext, local: boolean): Value {
  if (rotary === null) return value;
  const { cosine, sine } = local ? rotary.local : rotary.global;
  return ops.rope(value, cosine, sine);
}

function sequenceAttention(
  operands: Operands,
  segments: Value | null,
  { scale, ...limits }: Scoring,
): Value {
  return ops.causalAttention({
    ...operands,
    scale,
    ...(segments === null ? {} : { segments }),
    ...given(limits),
  });
}

/**
 * Attention within the new tokens, or, for one of each sequence, to those in the cache too. Several
 * new ones are a sequence's first, unless they continue it.
 */
function attend(
  operands: Operands,
  { positions, segments, joined, continues = false }: AttentionContext,
  cache: AttentionCache | null,
  scores: Scoring,
): { readonly attended: Value; readonly written: AttentionCache | null } {
  if (joined !== undefined && cache !== null && !isQuantizedCache(cache)) {
    return joinedAttention(operands, cache, joined, scores);
  }
  const sequence = operands.query.shape[2]!;
  if (cache === null || (sequence > 1 && !continues)) {
    const attended = sequenceAttention(operands, segments, scores);
    return { attended, written: cache === null ? null : extend(cache, operands, positions) };
  }
  const { scale, ...limits } = scores;
  const options = { ...operands, positions, scale, ...given(limits) };
  if (isQuantizedCache(cache)) {
    const { output, keys, values } = ops.quantizedCachedAttention({
      ...options,
      keys: { codes: cache.keys, scales: cache.keyScales },
      values: { codes: cache.values, scales: cache.valueScales },
    });
    return { attended: output, written: quantizedCache(keys, values) };
  }
  const { output, ...written } = ops.cachedAttention({ ...options, ...cache });
  return { attended: output, written };
}

function quantizedCache(
  keys: ops.QuantizedVectors,
  values: ops.QuantizedVectors,
): QuantizedKeyValueCache {
  return {
    keys: keys.codes,
    values: values.codes,
    keyScales: keys.scales,
    valueScales: values.scales,
  };
}

function extend(cache: AttentionCache, { key, value }: Operands, positions: Value): AttentionCache {
  if (isQuantizedCache(cache)) {
    const written = (codes: Value, scales: Value, vectors: Value) =>
      ops.writeQuantized({ codes, scales }, vectors, positions);
    return quantizedCache(
      written(cache.keys, cache.keyScales, key),
      written(cache.values, cache.valueScales, value),
    );
  }
  return {
    keys: ops.cacheWrite(cache.keys, key, positions),
    values: ops.cacheWrite(cache.values, value, positions),
  };
}

function given({ softcap, window, slopes }: Omit<Scoring, "scale">) {
  return {
    ...(softcap === null ? {} : { softcap }),
    ...(window === null ? {} : { window }),
    ...(slopes === null ? {} : { slopes }),
  };
}
