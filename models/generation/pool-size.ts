/** How large a pool is: as it was asked for, or as a batch needs it. */
import type { DecoderConfig } from "../decoder/config.ts";
import { type CacheDtype, cacheBytes } from "../decoder/layer-cache.ts";
import { cacheCapacity, sessionBytes } from "./cache-capacity.ts";
import { CachePool } from "./cache-pool.ts";
import { ContextError } from "./decoding-session.ts";

/** Tokens of a block. */
export const blockTokens = 16;
/** Of what prompts left. */
const usualPrefixBytes = 2 ** 26;

/** What is to find room. */
export interface BatchRoom {
  /** Tokens of the longest sequence. */
  readonly capacity: number;
  readonly rows: number;
  readonly cacheDtype: CacheDtype;
  /** As of `ContinuousBatchOptions`. */
  readonly prefixBytes?: number;
}

/**
 * A pool for the batches of a model, and of others of the same shape.
 * @param tokens whose keys and values it holds at most; null: as many as all rows can ask for.
 */
export function poolOf(config: DecoderConfig, tokens: number | null, room: BatchRoom): CachePool {
  if (tokens === null) return roomyPool(config, room);
  const { prefixBytes = usualPrefixBytes, cacheDtype } = room;
  const blockBytes = blockBytesOf(config, cacheDtype);
  const keptBlocks = Math.floor(prefixBytes / blockBytes);
  return new CachePool({ blocks: Math.floor(tokens / blockTokens), blockBytes, keptBlocks });
}

/** One in which all rows find room at any length, on the way from one size to the next too. */
export function roomyPool(config: DecoderConfig, room: BatchRoom): CachePool {
  const { prefixBytes = usualPrefixBytes, cacheDtype, rows } = room;
  const blockBytes = blockBytesOf(config, cacheDtype);
  const keptBlocks = Math.floor(prefixBytes / blockBytes);
  const blocks = 2 * (rows + 1) * rowBlocks(config, room, blockBytes) + keptBlocks;
  return new CachePool({ blocks, blockBytes, keptBlocks });
}

/** @throws ContextError where one request of full length, guided if there are rows, would never find room. */
export function checkPool(config: DecoderConfig, room: BatchRoom, pool: CachePool): void {
  const blockBytes = blockBytesOf(config, room.cacheDtype);
  const least = 2 * Math.min(2, room.rows) * rowBlocks(config, room, blockBytes);
  if (pool.blocks >= least) return;
  throw new ContextError(
    `caches of ${pool.blocks * blockTokens} tokens are too small for sequences of ${room.capacity}: reading and drawing one takes up to ${least * blockTokens}`,
  );
}

function rowBlocks(config: DecoderConfig, room: BatchRoom, blockBytes: number): number {
  const capacity = cacheCapacity(room.capacity, config.contextLength);
  return Math.ceil(sessionBytes(config, { ...room, batch: 1, capacity }) / blockBytes);
}

/** Of 16 tokens; where all layers carry states, of one sequence. */
function blockBytesOf(config: DecoderConfig, cacheDtype: CacheDtype): number {
  const { perToken, perSequence } = cacheBytes(config, cacheDtype);
  return perToken === 0 ? perSequence : perToken * blockTokens;
}
