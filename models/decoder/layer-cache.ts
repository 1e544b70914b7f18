/** What a layer keeps of the tokens that it has read, for those that follow. */
import type { Shape, Value } from "../../engine/index.ts";
import type { DecoderConfig } from "./config.ts";

/** Of a layer that attends. */
export interface KeyValueCache {
  /** `[batch, kvHeads, capacity, headDim]`; row `p` holds the token at position `p`. */
  readonly keys: Value;
  readonly values: Value;
}

/** Of a gated delta net: as much for a long sequence as for a short one. */
export interface DeltaCache {
  /** What the convolution sees of the last tokens, oldest first: `[batch, convolution - 1, channels]`. */
  readonly recent: Value;
  /** `[batch, valueHeads, keyDim, valueDim]`. */
  readonly state: Value;
}

export type LayerCache = KeyValueCache | DeltaCache;

/** @param layer heads of tokens further on come after the last layer. */
export function isGatedDelta({ gatedDelta }: DecoderConfig, layer: number): boolean {
  return gatedDelta?.layers.includes(layer) ?? false;
}

/** The tensors of a layer's cache. @param capacity tokens of each sequence that fit. */
export function cacheShapes(
  config: DecoderConfig,
  layer: number,
  { batch, capacity }: { readonly batch: number; readonly capacity: number },
): Readonly<Record<string, Shape>> {
  if (!isGatedDelta(config, layer)) {
    const shape = [batch, config.kvHeads, capacity, config.headDim];
    return { keys: shape, values: shape };
  }
  const { keyHeads, valueHeads, keyDim, valueDim, convolution } = config.gatedDelta!;
  const channels = 2 * keyHeads * keyDim + valueHeads * valueDim;
  return {
    // A convolution over one token keeps none, but no tensor is empty.
    recent: [batch, Math.max(1, convolution - 1), channels],
    state: [batch, valueHeads, keyDim, valueDim],
  };
}

/** Numbers in the caches of all layers: of each token, and of each sequence whatever its length. */
export function cacheSizes(config: DecoderConfig): {
  readonly perToken: number;
  readonly perSequence: number;
} {
  const { layers, kvHeads, headDim, gatedDelta } = config;
  const states = gatedDelta?.layers.length ?? 0;
  const ofState =
    states === 0
      ? 0
      : Object.values(cacheShapes(config, gatedDelta!.layers[0]!, { batch: 1, capacity: 1 }))
          .map((shape) => shape.reduce((product, size) => product * size, 1))
          .reduce((total, size) => total + size, 0);
  return {
    perToken: 2 * (layers - states) * kvHeads * headDim,
    perSequence: states * ofState,
  };
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
