/**
 * One bound for all memory of caches of keys and values, counted in blocks of 16 tokens as vLLM's pool is
 * (Kwon et al. 2023, arXiv 2309.06180): the rows that are being continued, the prompts that are being read,
 * and what earlier prompts left, kept by their tokens so that a prompt, or the beginning that prompts have
 * in common, is computed once. What is kept yields to rows, the least recently used first.
 *
 * Rows lie in buffers of their own, as the runtime's attention reads a cache without gaps; what is kept
 * is copied into them. So a kept piece is never held by a row, and none is counted as used by several.
 */
import type { CachePiece } from "./cache-rows.ts";

/** A piece of a prompt, read after all that stands before it. */
export interface ReadPiece {
  /** The piece's tokens, or a state as it is after them. */
  readonly caches: CachePiece;
  /** Logits of the token after the piece, `[vocabulary]`. */
  readonly logits: Float32Array;
}

export interface CachePoolRoom {
  /** Blocks of all that is held. */
  readonly blocks: number;
  readonly blockBytes: number;
  /** Of these, the most that earlier prompts may keep; all unless given. */
  readonly keptBlocks?: number;
}

/** Who takes rows of a pool, as it is seen by the others. Requests are told by their number: the older has the lower. */
export interface PoolMember {
  /** The oldest request that waits for room in the pool; null where none does. */
  oldestShort(): number | null;
  /** The youngest that has rows; null where none has. */
  youngestRunning(): number | null;
  /** Takes the rows of its youngest. */
  preempt(): void;
  /** Gives back what is held and not needed at the moment. */
  giveBack(): void;
}

export class CachePool {
  readonly blocks: number;
  readonly #blockBytes: number;
  readonly #mostKept: number;
  /** By owner and the tokens up to the piece's end; least recently used first. */
  readonly #pieces = new Map<string, ReadPiece>();
  readonly #members = new Set<PoolMember>();
  /** Whether something may be given back that was not when it was last asked for. */
  #hasIdle = true;
  #requests = 0;
  #reserved = 0;
  #kept = 0;
  #evicted = 0;

  constructor({ blocks, blockBytes, keptBlocks = blocks }: CachePoolRoom) {
    this.blocks = blocks;
    this.#blockBytes = blockBytes;
    this.#mostKept = Math.min(blocks, keptBlocks);
  }

  /** Blocks of rows and of prompts that are being read. */
  get reserved(): number {
    return this.#reserved;
  }

  /** Blocks of what earlier prompts left. */
  get kept(): number {
    return this.#kept;
  }

  /** Pieces that went to make room. */
  get evicted(): number {
    return this.#evicted;
  }

  blocksOf(bytes: number): number {
    return Math.ceil(bytes / this.#blockBytes);
  }

  /** Whether so many more can be reserved, if need be in place of all that is kept. */
  fits(blocks: number): boolean {
    return this.#reserved + blocks <= this.blocks;
  }

  /** @throws RangeError where they do not fit: whoever reserves asks first. */
  reserve(blocks: number): void {
    if (!this.fits(blocks)) {
      throw new RangeError(`${blocks} blocks beside ${this.#reserved} of ${this.blocks}`);
    }
    this.#hasIdle = true;
    this.#reserved += blocks;
    this.#evict(this.blocks - this.#reserved);
  }

  release(blocks: number): void {
    this.#hasIdle = true;
    this.#reserved -= blocks;
  }

  /** @returns what ends it. */
  join(member: PoolMember): () => void {
    this.#members.add(member);
    return () => this.#members.delete(member);
  }

  /** A number for a request: all members' requests stand in one order. */
  number(): number {
    return this.#requests++;
  }

  /** Whether a request must let an older one, of whichever member, go first. */
  mustWait(request: number): boolean {
    return [...this.#members].some((each) => (each.oldestShort() ?? request) < request);
  }

  /** Takes the rows of the youngest request of all. */
  preempt(): void {
    const running = [...this.#members].map((each) => each.youngestRunning() ?? -1);
    const youngest = running.indexOf(Math.max(...running));
    [...this.#members][youngest]?.preempt();
  }

  /** Says that something reserved is no longer needed. */
  noteIdle(): void {
    this.#hasIdle = true;
  }

  /** Has all members give back what they do not need at the moment. */
  reclaim(): void {
    if (!this.#hasIdle) return;
    for (const member of this.#members) member.giveBack();
    this.#hasIdle = false;
  }

  /** @param key the owner, and the tokens up to the piece's end. */
  get(key: string): ReadPiece | undefined {
    const found = this.#pieces.get(key);
    if (found === undefined) return undefined;
    this.#pieces.delete(key);
    this.#pieces.set(key, found);
    return found;
  }

  /** Keeps a piece, if need be in place of others that were kept. */
  put(key: string, piece: ReadPiece): void {
    const blocks = this.#blocksOfPiece(piece);
    const most = Math.min(this.#mostKept, this.blocks - this.#reserved);
    if (blocks > most) return;
    this.#remove(key);
    this.#evict(most - blocks);
    this.#pieces.set(key, piece);
    this.#kept += blocks;
  }

  /** Forgets what an owner kept. */
  forget(owner: number): void {
    for (const key of this.#pieces.keys()) {
      if (key.startsWith(`${owner}:`)) this.#remove(key);
    }
  }

  #evict(most: number): void {
    for (const oldest of this.#pieces.keys()) {
      if (this.#kept <= most) return;
      this.#remove(oldest);
      this.#evicted++;
    }
  }

  #remove(key: string): void {
    const found = this.#pieces.get(key);
    if (found === undefined) return;
    this.#pieces.delete(key);
    this.#kept -= this.#blocksOfPiece(found);
  }

  #blocksOfPiece({ caches, logits }: ReadPiece): number {
    const bytes = [...caches.values()].reduce((sum, each) => sum + each.byteLength, 0);
    return this.blocksOf(bytes + logits.byteLength);
  }
}

/** @param ids from the prompt's beginning to the piece's end. */
export function pieceKey(owner: number, ids: readonly number[]): string {
  return `${owner}:${ids.join()}`;
}
