/**
 * How much a row's cache holds: few sizes, so that few programs serve all lengths and a short sequence
 * does not pay for a long one's room. The size follows from the sequence's own length alone, so that what
 * is computed of it does, too, where a kernel goes over the whole capacity.
 */
import type { DecoderConfig } from "../decoder/config.ts";
import { type CacheDtype, cacheBytes } from "../decoder/layer-cache.ts";

const smallest = 128;
const step = 4;

/**
 * @param tokens that are to fit.
 * @param contextLength of the model: the largest size.
 */
export function cacheCapacity(tokens: number, contextLength: number): number {
  let capacity = smallest;
  while (capacity < tokens) capacity *= step;
  return Math.min(capacity, contextLength);
}

/** Of the caches of so many sequences with room for so many tokens each. */
export function sessionBytes(
  config: DecoderConfig,
  room: { readonly batch: number; readonly capacity: number; readonly cacheDtype: CacheDtype },
): number {
  const { perToken, perSequence } = cacheBytes(config, room.cacheDtype);
  return room.batch * (room.capacity * perToken + perSequence);
}
