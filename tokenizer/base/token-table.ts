/** The tokens of a base tokenizer by id: their texts, their bytes, and ids back to text. */
import type { AddedToken } from "./added-tokens.ts";
import type { TokenDecoder } from "./token-bytes.ts";

const fromUtf8 = new TextDecoder("utf-8", { ignoreBOM: true });
const space = 0x20;

export class TokenTable {
  /** Highest id + 1. */
  readonly size: number;
  readonly #tokens: readonly (string | undefined)[];
  readonly #ids: ReadonlyMap<string, number>;
  readonly #bytes: (Uint8Array | undefined)[];
  readonly #added: ReadonlySet<number>;
  readonly #decoder: TokenDecoder;

  constructor(
    vocabulary: ReadonlyMap<string, number>,
    added: readonly AddedToken[],
    decoder: TokenDecoder,
  ) {
    const ids = new Map(vocabulary);
    for (const { content, id } of added) ids.set(content, id);
    const tokens: (string | undefined)[] = [];
    for (const [token, id] of ids) tokens[id] = token;
    this.size = tokens.length;
    this.#ids = ids;
    this.#tokens = tokens;
    this.#added = new Set(added.map(({ id }) => id));
    this.#decoder = decoder;
    this.#bytes = new Array<Uint8Array | undefined>(tokens.length).fill(undefined);
  }

  token(id: number): string {
    this.#check(id);
    return this.#tokens[id] ?? "";
  }

  id(token: string): number | undefined {
    return this.#ids.get(token);
  }

  isAdded(id: number): boolean {
    return this.#added.has(id);
  }

  /** @throws RangeError for an id out of range. */
  bytesOf(id: number): Uint8Array {
    this.#check(id);
    let bytes = this.#bytes[id];
    if (bytes === undefined) {
      const token = this.#tokens[id] ?? "";
      // Added tokens too: Gemma's runs of spaces are such, and stand for spaces.
      bytes = this.#decoder.bytesOf(token);
      this.#bytes[id] = bytes;
    }
    return bytes;
  }

  decode(ids: ArrayLike<number>): string {
    const parts = Array.from(ids, (id) => this.bytesOf(id));
    const bytes = new Uint8Array(parts.reduce((total, part) => total + part.length, 0));
    let at = 0;
    for (const part of parts) {
      bytes.set(part, at);
      at += part.length;
    }
    const strips = this.#decoder.stripsSpace && bytes[0] === space;
    return fromUtf8.decode(strips ? bytes.subarray(1) : bytes);
  }

  #check(id: number): void {
    if (!Number.isInteger(id) || id < 0 || id >= this.size) {
      throw new RangeError(`id ${id} is no token; ids are 0 to ${this.size - 1}`);
    }
  }
}
