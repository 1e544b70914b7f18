/**
 * What prompts left in the caches of keys and values, kept by their tokens so that a prompt, or the
 * beginning that prompts have in common, is computed once (vLLM's prefix caching: Kwon et al. 2023, arXiv
 * 2309.06180). The least recently used goes first.
 */
import type { CachePiece } from "./cache-rows.ts";

/** A piece of a prompt, read after all that stands before it. */
export interface ReadPiece {
  /** The piece's tokens, or a state as it is after them. */
  readonly caches: CachePiece;
  /** Logits of the token after the piece, `[vocabulary]`. */
  readonly logits: Float32Array;
}

export class PrefixCache {
  readonly #mostBytes: number;
  /** By the tokens up to the piece's end; least recently used first. */
  readonly #pieces = new Map<string, ReadPiece>();
  #bytes = 0;

  /** @param mostBytes 0 keeps nothing. */
  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** @param ids from the prompt's beginning to the piece's end. */
  get(ids: readonly number[]): ReadPiece | undefined {
    const key = ids.join();
    const found = this.#pieces.get(key);
    if (found === undefined) return undefined;
    this.#pieces.delete(key);
    this.#pieces.set(key, found);
    return found;
  }

  put(ids: readonly number[], piece: ReadPiece): void {
    const bytes = bytesOf(piece);
    if (bytes > this.#mostBytes) return;
    const key = ids.join();
    this.#remove(key);
    for (const oldest of this.#pieces.keys()) {
      if (this.#bytes + bytes <= this.#mostBytes) break;
      this.#remove(oldest);
    }
    this.#pieces.set(key, piece);
    this.#bytes += bytes;
  }

  clear(): void {
    this.#pieces.clear();
    this.#bytes = 0;
  }

  #remove(key: string): void {
    const found = this.#pieces.get(key);
    if (found === undefined) return;
    this.#pieces.delete(key);
    this.#bytes -= bytesOf(found);
  }
}

function bytesOf({ caches, logits }: ReadPiece): number {
  return [...caches.values()].reduce((sum, { byteLength }) => sum + byteLength, logits.byteLength);
}
