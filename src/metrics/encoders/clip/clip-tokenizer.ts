/**
 * CLIP's byte pairs (Radford et al. 2021, arXiv 2103.00020): lower case, words that end in `</w>`, between
 * a start and an end token. Read from a tokenizer.json.
 */

import { z } from "zod";

const file = z.object({
  model: z.object({
    type: z.literal("BPE").optional(),
    end_of_word_suffix: z.literal("</w>"),
    vocab: z.record(z.string(), z.number().int().min(0).max(1_000_000)),
    merges: z.array(z.union([z.string(), z.tuple([z.string(), z.string()])])).max(1_000_000),
  }),
});

const pieces = /'s|'t|'re|'ve|'m|'ll|'d|\p{L}+|\p{N}|[^\s\p{L}\p{N}]+/gu;
const [startName, endName] = ["<|startoftext|>", "<|endoftext|>"] as const;

export class ClipTokenizer {
  readonly #ids: ReadonlyMap<string, number>;
  readonly #ranks: ReadonlyMap<string, number>;
  readonly start: number;
  readonly end: number;
  /** The largest of all ids. */
  readonly lastId: number;

  /** @param json of a tokenizer.json. @throws z.ZodError, RangeError where it is none of CLIP's. */
  constructor(json: unknown) {
    const { vocab, merges } = file.parse(json).model;
    this.#ids = new Map(Object.entries(vocab));
    this.#ranks = new Map(
      merges.map((merge, rank) => [typeof merge === "string" ? merge : merge.join(" "), rank]),
    );
    const [start, end] = [this.#ids.get(startName), this.#ids.get(endName)];
    if (start === undefined || end === undefined) {
      throw new RangeError(`expected the tokens ${startName} and ${endName}`);
    }
    this.start = start;
    this.end = end;
    this.lastId = Object.values(vocab).reduce((most, id) => Math.max(most, id), 0);
  }

  /** @param most tokens, start and end included: what is longer is cut, as CLIP is used. */
  encode(text: string, most: number): number[] {
    const clean = text.normalize("NFC").replaceAll(/\s+/gu, " ").toLowerCase();
    const words = clean.match(pieces) ?? [];
    const ids = words.flatMap((word) => this.#encodeWord(word));
    return [this.start, ...ids.slice(0, Math.max(0, most - 2)), this.end];
  }

  #encodeWord(word: string): number[] {
    const letters = Array.from(new TextEncoder().encode(word), (byte) => byteLetters[byte]!);
    const parts = [...letters.slice(0, -1), `${letters.at(-1) ?? ""}</w>`];
    for (;;) {
      const next = this.#firstMerge(parts);
      if (next === null) break;
      parts.splice(next, 2, parts[next]! + parts[next + 1]!);
    }
    // A byte that the vocabulary lacks is what CLIP takes for unknown: its end token.
    return parts.map((part) => this.#ids.get(part) ?? this.end);
  }

  /** Index of the pair that was learnt first; null where none was. */
  #firstMerge(parts: readonly string[]): number | null {
    let best: number | null = null;
    let least = Number.POSITIVE_INFINITY;
    for (let i = 0; i + 1 < parts.length; i++) {
      const rank = this.#ranks.get(`${parts[i]} ${parts[i + 1]}`);
      if (rank !== undefined && rank < least) [best, least] = [i, rank];
    }
    return best;
  }
}

/** GPT-2's letters for bytes: printable ones for themselves, the others from 256 on. */
const byteLetters: readonly string[] = (() => {
  const printable = (byte: number) =>
    (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || (byte >= 174 && byte <= 255);
  let others = 0;
  return Array.from({ length: 256 }, (_, byte) =>
    String.fromCodePoint(printable(byte) ? byte : 256 + others++),
  );
})();
