/**
 * Reads prompts one at a time, whatever else is being generated, so that what is made of a prompt
 * depends on it alone. A prompt is read in pieces that its length alone decides, the same programs over
 * the same numbers every time: what another prompt with the same beginning left is, to the last bit,
 * what would be computed anew.
 */
import type { DecodingModel } from "../decoding-model.ts";
import { type DecodingRoom, DecodingSession } from "./decoding-session.ts";
import type { PrefixCache } from "./prefix-cache.ts";

/** Tokens of a piece; the last has fewer. Most captions are one piece. */
export const pieceLength = 32;

export class PromptReader {
  readonly #model: DecodingModel;
  readonly #room: DecodingRoom;
  readonly #cache: PrefixCache;
  #session: DecodingSession | null = null;
  #prompt: readonly number[] = [];
  #logits: Float32Array | null = null;
  #computed = 0;
  #reused = 0;

  constructor(model: DecodingModel, room: Omit<DecodingRoom, "batch">, cache: PrefixCache) {
    this.#model = model;
    this.#room = { ...room, batch: 1 };
    this.#cache = cache;
  }

  /** Tokens that were computed, not found. */
  get computed(): number {
    return this.#computed;
  }

  /** Tokens that were found, from this prompt read before or another that begins alike. */
  get reused(): number {
    return this.#reused;
  }

  /** @returns logits of the token after the prompt, `[vocabulary]`: a copy. */
  read(prompt: ArrayLike<number>): Float32Array {
    const ids = Array.from(prompt);
    if (this.#logits !== null && equal(ids, this.#prompt)) this.#reused += ids.length;
    else {
      this.#session ??= new DecodingSession(this.#model, this.#room);
      this.#logits = null;
      this.#logits = this.#readPieces(this.#session, ids);
      this.#prompt = ids;
    }
    return this.#logits.slice();
  }

  /** Writes what the last prompt left into a row of another session. */
  copyInto(session: DecodingSession, row: number): void {
    if (this.#session !== null) session.takeRows(this.#session, [[0, row]]);
  }

  dispose(): void {
    this.#session?.dispose();
    this.#session = null;
    this.#logits = null;
  }

  #readPieces(session: DecodingSession, ids: readonly number[]): Float32Array {
    let logits: Float32Array | null = null;
    let isFound = true;
    for (const [from, to] of pieces(ids.length, session)) {
      const before = ids.slice(0, to);
      const found: ReturnType<PrefixCache["get"]> = isFound ? this.#cache.get(before) : undefined;
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
      this.#cache.put(before, { caches: session.takePiece(from, to), logits });
    }
    // A prompt has a token: whoever submits one checks it, and `prefill` refuses none.
    return logits ?? session.prefill([ids]).slice();
  }
}

/** Where a prompt is cut: by its length, and whether it can be cut at all. */
function pieces(length: number, session: DecodingSession): [from: number, to: number][] {
  if (length <= pieceLength || !session.canExtend) return [[0, length]];
  return Array.from({ length: Math.ceil(length / pieceLength) }, (_, i) => [
    i * pieceLength,
    Math.min(length, (i + 1) * pieceLength),
  ]);
}

function equal(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((id, i) => id === b[i]);
}
