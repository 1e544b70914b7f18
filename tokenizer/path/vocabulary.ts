/** The path vocabulary: captions' tokens, the special ones, the drawing's, merged runs. */
import type { BytePairEncoding } from "../bpe/index.ts";
import type { SpecialTokens, Vocabulary } from "../core/vocabulary.ts";

export class PathVocabulary implements Vocabulary {
  readonly size: number;
  readonly special: SpecialTokens;
  readonly #text: BytePairEncoding;
  readonly #names: readonly string[];
  readonly #ids: ReadonlyMap<string, number>;

  /** @param names the tokens that follow those of the captions. */
  constructor(text: BytePairEncoding, names: readonly string[], special: SpecialTokens) {
    this.#text = text;
    this.#names = names;
    this.special = special;
    this.size = text.tokens.length + names.length;
    this.#ids = new Map(names.map((name, i) => [name, text.tokens.length + i]));
  }

  token(id: number): string {
    const textSize = this.#text.tokens.length;
    const token = id < textSize ? this.#text.tokens[id] : this.#names[id - textSize];
    if (token === undefined) {
      throw new RangeError(
        `id ${id} is not in the vocabulary, whose ids are 0 to ${this.size - 1}`,
      );
    }
    return token;
  }

  id(token: string): number | undefined {
    return this.#ids.get(token) ?? this.#text.id(token);
  }
}
