/** Many token sequences in one typed array: two or four bytes a token, no object per sequence. */

export type TokenArray = Uint16Array | Uint32Array;

/** Token sequences by number, in memory or on the disk. */
export interface TokenRows {
  readonly length: number;
  /** @throws RangeError when there is no such sequence. */
  lengthOf(index: number): number;
  /** Not to be changed. @throws RangeError when there is no such sequence. */
  get(index: number): TokenArray;
}

export class TokenTable implements TokenRows {
  /** All sequences, one after the other. */
  readonly tokens: TokenArray;
  /** Where each sequence begins; one more entry than sequences. */
  readonly offsets: Uint32Array;

  constructor(tokens: TokenArray, offsets: Uint32Array) {
    this.tokens = tokens;
    this.offsets = offsets;
  }

  get length(): number {
    return this.offsets.length - 1;
  }

  /** @throws RangeError when there is no such sequence. */
  lengthOf(index: number): number {
    const [from, to] = this.#range(index);
    return to - from;
  }

  /** A view, not a copy. @throws RangeError when there is no such sequence. */
  get(index: number): TokenArray {
    return this.tokens.subarray(...this.#range(index));
  }

  #range(index: number): [from: number, to: number] {
    const from = this.offsets[index];
    const to = this.offsets[index + 1];
    if (from === undefined || to === undefined) {
      throw new RangeError(`sequence ${index} of a table of ${this.length}`);
    }
    return [from, to];
  }
}

export class TokenTableBuilder {
  #tokens: TokenArray;
  #used = 0;
  readonly #offsets: number[] = [0];

  /** @param vocabularySize decides between two and four bytes a token. */
  constructor(vocabularySize: number) {
    this.#tokens = vocabularySize <= 0x1_0000 ? new Uint16Array(1024) : new Uint32Array(1024);
  }

  get length(): number {
    return this.#offsets.length - 1;
  }

  add(sequence: ArrayLike<number>): void {
    const end = this.#used + sequence.length;
    if (end > this.#tokens.length) {
      const Kind = this.#tokens instanceof Uint16Array ? Uint16Array : Uint32Array;
      const grown = new Kind(Math.max(end, 2 * this.#tokens.length));
      grown.set(this.#tokens);
      this.#tokens = grown;
    }
    this.#tokens.set(sequence, this.#used);
    this.#used = end;
    this.#offsets.push(end);
  }

  build(): TokenTable {
    return new TokenTable(this.#tokens.slice(0, this.#used), Uint32Array.from(this.#offsets));
  }
}
