/** What a layer keeps of the tokens that it has read, for those that follow. */
import { bytesOf, type Shape, type TensorType, type Value } from "../../engine/index.ts";
import type { DecoderConfig } from "./config.ts";

/** Of a layer that attends. */
export interface KeyValueCache {
  /** `[batch, kvHeads, capacity, headDim]`; row `p` holds the token at position `p`. */
  readonly keys: Value;
  readonly values: Value;
}

/** The same in bytes: see `ops.quantizedCachedAttention`. */
export interface QuantizedKeyValueCache {
  /** uint8 `[batch, kvHeads, capacity, headDim]`. */
  readonly keys: Value;
  readonly values: Value;
  /** float32 `[batch, kvHeads, capacity, 1]`. */
  readonly keyScales: Value;
  readonly valueScales: Value;
}

/** How keys and values are kept in generation. */
export const cacheDtypes = ["float32", "int8"] as const;
export type CacheDtype = (typeof cacheDtypes)[number];

/** Of a gated delta net: as much for a long sequence as for a short one. */
export interface DeltaCache {
  /** What the convolution sees of the last tokens, oldest first: `[batch, convolution - 1, channels]`. */
  readonly recent: Value;
  /** `[batch, valueHeads, keyDim, valueDim]`. */
  readonly state: Value;
}

export type LayerCache = KeyValueCache | QuantizedKeyValueCache | DeltaCache;

/** Of a layer that attends. */
export function isQuantizedCache(
  cache: KeyValueCache | QuantizedKeyValueCache,
): cache is QuantizedKeyValueCache {
  return "keyScales" in cache;
}

/** @param layer heads of tokens further on come after the last layer. */
export function isGatedDelta({ gatedDelta }: DecoderConfig, layer: number): boolean {
  return gatedDelta?.layers.includes(layer) ?? false;
}

/**
 * The tensors of a layer's cache.
 * @param room `capacity`: tokens of each sequence that fit; states are float32 whatever `cacheDtype` says.
 */
export function cacheTypes(
  config: DecoderConfig,
  layer: number,
  room: {
    readonly batch: number;
    readonly capacity: number;
    readonly cacheDtype?: CacheDtype | undefined;
  },
): Readonly<Record<string, TensorType>> {
  const { batch, capacity, cacheDtype = "float32" } = room;
  const floats = (shape: Shape): TensorType => ({ dtype: "float32", shape });
  if (!isGatedDelta(config, layer)) {
    const shape = [batch, config.kvHeads, capacity, config.headDim];
    if (cacheDtype === "float32") return { keys: floats(shape), values: floats(shape) };
    const codes: TensorType = { dtype: "uint8", shape };
    const scales = floats(shape.with(-1, 1));
    return { keys: codes, values: codes, keyScales: scales, valueScales: scales };
  }
  const { keyHeads, valueHeads, keyDim, valueDim, convolution } = config.gatedDelta!;
  const channels = 2 * keyHeads * keyDim + valueHeads * valueDim;
  return {
    // A convolution over one token keeps none, but no tensor is empty.
    recent: floats([batch, Math.max(1, convolution - 1), channels]),
    state: floats([batch, valueHeads, keyDim, valueDim]),
  };
}

/** Bytes of the caches of all layers: of each token, and of each sequence whatever its length. */
export function cacheBytes(
  config: DecoderConfig,
  cacheDtype: CacheDtype = "float32",
): { readonly perToken: number; readonly perSequence: number } {
  const total = { perToken: 0, perSequence: 0 };
  for (let layer = 0; layer < config.layers; layer++) {
    const types = cacheTypes(config, layer, { batch: 1, capacity: 1, cacheDtype });
    const bytes = Object.values(types).reduce((sum, type) => sum + bytesOf(type), 0);
    total[isGatedDelta(config, layer) ? "perSequence" : "perToken"] += bytes;
  }
  return total;
}

/** How a layer weighs keys. */
export interface Scoring {
  readonly scale: number;
  readonly softcap: number | null;
  /** Tokens in sight; null for all. */
  readonly window: number | null;
  /** By head, what distances are multiplied by; null: distances do not count. */
  readonly slopes: readonly number[] | null;
}

/** `[batch, heads, sequence, headDim]` each, the latter two with `kvHeads`. */
export interface Operands {
  readonly query: Value;
  readonly key: Value;
  readonly value: Value;
}
