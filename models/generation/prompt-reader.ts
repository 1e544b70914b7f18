/**
 * Reads prompts one at a time, whatever else is being generated, so that what is made of a prompt
 * depends on it alone. A prompt is read in pieces that its length alone decides, the same programs over
 * the same numbers every time: what another prompt with the same beginning left is, to the last bit,
 * what would be computed anew.
 */
import type { CacheDtype } from "../decoder/layer-cache.ts";
import type { DecodingModel } from "../decoding-model.ts";
import { cacheCapacity, sessionBytes } from "./cache-capacity.ts";
import { type CachePool, pieceKey } from "./cache-pool.ts";
import { canExtend, DecodingSession } from "./decoding-session.ts";

/** Tokens of a piece; the last has fewer. Most captions are one piece. */
export const pieceLength = 32;

export interface PromptReaderOptions {
  readonly cacheDtype: CacheDtype;
  readonly pool: CachePool;
  /** Whose pieces it finds in the pool: those of the same model. */
  readonly owner: number;
}

export class PromptReader {
  readonly #model: DecodingModel;
  readonly #options: PromptReaderOptions;
  #session: DecodingSession | null = null;
  #prompt: readonly number[] = [];
  #logits: Float32Array | null = null;
  #computed = 0;
  #reused = 0;

  constructor(model: DecodingModel, options: PromptReaderOptions) {
    this.#model = model;
    this.#options = options;
  }

  /** Tokens that were computed, not found. */
  get computed(): number {
    return this.#computed;
  }

  /** Tokens that were found, from this prompt read before or another that begins alike. */
  get reused(): number {
    return this.#reused;
  }

  /** Blocks of the pool that reading a prompt of so many tokens takes beyond those that are held. */
  blocksFor(length: number): number {
    const capacity = cacheCapacity(length, this.#model.config.contextLength);
    return Math.max(0, this.#blocks(capacity) - this.#held);
  }

  /**
   * The pool must have room.
   * @returns logits of the token after the prompt, `[vocabulary]`: a copy.
   */
  read(prompt: ArrayLike<number>): Float32Array {
    const ids = Array.from(prompt);
    if (this.#logits !== null && equal(ids, this.#prompt)) this.#reused += ids.length;
    else {
      this.#logits = null;
      this.#logits = this.#readPieces(ids);
      this.#prompt = ids;
    }
    return this.#logits.slice();
  }

  /** That holds the last prompt, as its first sequence. */
  get session(): DecodingSession {
    return this.#session!;
  }

  /** Gives back what the last prompt holds. */
  release(): void {
    this.#options.pool.release(this.#held);
    this.#session?.dispose();
    this.#session = null;
    this.#logits = null;
  }

  get #held(): number {
    return this.#session === null ? 0 : this.#blocks(this.#session.capacity);
  }

  #blocks(capacity: number): number {
    const { pool, cacheDtype } = this.#options;
    return pool.blocksOf(sessionBytes(this.#model.config, { batch: 1, capacity, cacheDtype }));
  }

  #readPieces(ids: readonly number[]): Float32Array {
    const { pool, owner } = this.#options;
    let logits: Float32Array = new Float32Array();
    let isFound = true;
    for (const [from, to] of pieces(ids.length, canExtend(this.#model.config))) {
      const session = this.#sessionFor(from, to);
      const key = pieceKey(owner, ids.slice(0, to));
      const found: ReturnType<CachePool["get"]> = isFound ? pool.get(key) : undefined;
      if (found !== undefined) {
        session.putPiece(found.caches, from, to);
        logits = found.logits;
        this.#reused += to - from;
        continue;
      }
      isFound = false;
      const piece = ids.slice(from, to);
      logits = (from === 0 ? session.prefill([piece]) : session.extend(piece)).slice();
      this.#computed += to - from;
      pool.put(key, { caches: session.takePiece(from, to), logits });
    }
    this.#touch(ids);
    return logits;
  }

  /** From the end to the beginning: what stands after another piece is of no use without it, and goes first. */
  #touch(ids: readonly number[]): void {
    const { pool, owner } = this.#options;
    for (const [, to] of pieces(ids.length, canExtend(this.#model.config)).reverse()) {
      pool.get(pieceKey(owner, ids.slice(0, to)));
    }
  }

  /** With as much room as the piece's end asks for, whatever comes after it: so it is the same for all prompts. */
  #sessionFor(from: number, to: number): DecodingSession {
    const { pool, cacheDtype } = this.#options;
    const capacity = cacheCapacity(to, this.#model.config.contextLength);
    const before = this.#session;
    if (before?.capacity === capacity) return before;
    if (from === 0) this.release();
    const more = this.#blocks(capacity) - this.#held;
    pool.reserve(more);
    const rows = [[0, 0]] as const;
    const room = { batch: 1, capacity, cacheDtype };
    const taken = from === 0 || before === null ? null : { session: before, rows };
    try {
      this.#session = new DecodingSession(this.#model, room, taken);
    } catch (error) {
      pool.release(more);
      throw error;
    }
    return this.#session;
  }
}

/** Where a prompt is cut: by its length, and whether it can be cut at all. */
function pieces(length: number, canBeCut: boolean): [from: number, to: number][] {
  if (length <= pieceLength || !canBeCut) return [[0, length]];
  return Array.from({ length: Math.ceil(length / pieceLength) }, (_, i) => [
    i * pieceLength,
    Math.min(length, (i + 1) * pieceLength),
  ]);
}

function equal(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((id, i) => id === b[i]);
}
