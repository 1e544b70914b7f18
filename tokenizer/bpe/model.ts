/**
 * Byte-level BPE: a word is cut into bytes, and neighbours are joined by the learned merges, the
 * earliest merge first (Sennrich et al. 2016, arXiv 1508.07909; bytes as in GPT-2). Encodes as
 * Hugging Face `tokenizers` does with the same vocabulary and merges.
 */
import { PathloomError } from "../../errors/index.ts";
import { byteCharacters, fromByteCharacters, toByteCharacters } from "./bytes.ts";
import { splitWords } from "./words.ts";

export interface BytePairData {
  /** The token of each id, in byte characters. */
  readonly tokens: readonly string[];
  /** Pairs of tokens in the order in which they were learned. */
  readonly merges: readonly (readonly [string, string])[];
}

export class BytePairError extends PathloomError {
  override readonly name: string = "BytePairError";
  override readonly code: string = "ERR_BYTE_PAIR";
}

/** Words remembered with their ids; captions repeat theirs. */
const cacheCapacity = 50_000;

interface Merge {
  readonly rank: number;
  readonly id: number;
}

export class BytePairEncoding {
  readonly tokens: readonly string[];
  readonly merges: readonly (readonly [string, string])[];
  readonly #ids: ReadonlyMap<string, number>;
  /** By left id * number of tokens + right id. */
  readonly #merges: ReadonlyMap<number, Merge>;
  readonly #cache = new Map<string, readonly number[]>();

  /** @throws BytePairError when a token occurs twice, or a merge joins or makes unknown tokens. */
  constructor(data: BytePairData) {
    this.tokens = [...data.tokens];
    this.merges = data.merges.map(([left, right]) => [left, right]);
    this.#ids = new Map(this.tokens.map((token, id) => [token, id]));
    if (this.#ids.size !== this.tokens.length) throw new BytePairError("a token occurs twice");
    const merges = new Map<number, Merge>();
    this.merges.forEach(([left, right], rank) => {
      const leftId = this.#ids.get(left);
      const rightId = this.#ids.get(right);
      const id = this.#ids.get(left + right);
      if (leftId === undefined || rightId === undefined || id === undefined) {
        throw new BytePairError(`merge ${rank} (${left} ${right}) names a token that is not there`);
      }
      const key = leftId * this.tokens.length + rightId;
      if (!merges.has(key)) merges.set(key, { rank, id });
    });
    this.#merges = merges;
  }

  /** @throws BytePairError when some byte has no token, so that some text could not be encoded. */
  requireBytes(): void {
    const missing = byteCharacters.find((character) => !this.#ids.has(character));
    if (missing !== undefined) throw new BytePairError(`the byte ${missing} has no token`);
  }

  id(token: string): number | undefined {
    return this.#ids.get(token);
  }

  encode(text: string): number[] {
    const ids: number[] = [];
    for (const word of splitWords(text)) {
      let pieces = this.#cache.get(word);
      if (pieces === undefined) {
        pieces = this.#encodeWord(toByteCharacters(word));
        if (this.#cache.size >= cacheCapacity) this.#cache.clear();
        this.#cache.set(word, pieces);
      }
      for (const piece of pieces) ids.push(piece);
    }
    return ids;
  }

  /** @throws RangeError for an id out of range. */
  decode(ids: ArrayLike<number>): string {
    let characters = "";
    for (let i = 0; i < ids.length; i++) {
      const token = this.tokens[ids[i]!];
      if (token === undefined) throw new RangeError(`id ${ids[i]} is no token of text`);
      characters += token;
    }
    return fromByteCharacters(characters);
  }

  #encodeWord(characters: string): readonly number[] {
    const pieces: number[] = [];
    for (const character of characters) {
      const id = this.#ids.get(character);
      if (id === undefined) throw new BytePairError(`byte character ${character} has no token`);
      pieces.push(id);
    }
    for (;;) {
      let best: Merge | undefined;
      for (let i = 0; i + 1 < pieces.length; i++) {
        const merge = this.#mergeOf(pieces[i]!, pieces[i + 1]!);
        if (merge !== undefined && (best === undefined || merge.rank < best.rank)) best = merge;
      }
      if (best === undefined) return pieces;
      this.#apply(pieces, best);
    }
  }

  #mergeOf(left: number, right: number): Merge | undefined {
    return this.#merges.get(left * this.tokens.length + right);
  }

  #apply(pieces: number[], merge: Merge): void {
    let kept = 0;
    for (let i = 0; i < pieces.length; i++) {
      const left = pieces[i]!;
      const joins =
        i + 1 < pieces.length && this.#mergeOf(left, pieces[i + 1]!)?.rank === merge.rank;
      pieces[kept++] = joins ? merge.id : left;
      if (joins) i++;
    }
    pieces.length = kept;
  }
}
