/** The BPE model of a tokenizer file: one word to ids. */
import { BaseTokenizerError } from "./base-tokenizer.ts";
import {
  countAt,
  flagAt,
  type JsonObject,
  listAt,
  objectAt,
  short,
  textAt,
  unsupported,
} from "./json.ts";
import { MergeTable, mostMerges } from "./merges.ts";

/** Ids of a vocabulary file lie below; larger ones are refused before anything is built. */
export const largestVocabulary = 2 ** 22;
/** Words remembered with their ids; longer ones repeat too rarely. */
const cacheCapacity = 100_000;
const longestCached = 64;

const utf8 = new TextEncoder();

export class BpeModel {
  readonly vocabulary: ReadonlyMap<string, number>;
  /** Highest id + 1. */
  readonly size: number;
  readonly #merges: MergeTable;
  readonly #wholeWords: boolean;
  readonly #fusesUnknown: boolean;
  readonly #unknown: number | undefined;
  /** [256]: the token of each byte; undefined when the model does not fall back on bytes. */
  readonly #bytes: readonly number[] | undefined;
  readonly #cache = new Map<string, readonly number[]>();

  /** @throws BaseTokenizerError naming the place of what is wrong or not supported. */
  constructor(json: unknown, place: string) {
    const node = objectAt(json, place);
    // Files of older versions leave the type out.
    if (node.type !== undefined && node.type !== "BPE") {
      throw unsupported(`${place}.type`, `the model ${short(node.type)}`);
    }
    for (const key of ["continuing_subword_prefix", "end_of_word_suffix"]) {
      if (node[key] !== undefined && node[key] !== null && node[key] !== "") {
        throw unsupported(`${place}.${key}`, `the mark ${short(node[key])}`);
      }
    }
    if (typeof node.dropout === "number" && node.dropout > 0) {
      throw unsupported(`${place}.dropout`, "encoding at random");
    }
    this.vocabulary = readVocabulary(node.vocab, `${place}.vocab`);
    this.size = 1 + [...this.vocabulary.values()].reduce((most, id) => Math.max(most, id), -1);
    this.#merges = readMerges(node.merges, `${place}.merges`, this.vocabulary, this.size);
    this.#wholeWords = flagAt(node.ignore_merges, `${place}.ignore_merges`, false);
    this.#fusesUnknown = flagAt(node.fuse_unk, `${place}.fuse_unk`, false);
    this.#unknown = readUnknown(node, place, this.vocabulary);
    const fallback = flagAt(node.byte_fallback, `${place}.byte_fallback`, false);
    this.#bytes = fallback ? byteTokens(this.vocabulary) : undefined;
  }

  encode(word: string): readonly number[] {
    const known = this.#cache.get(word);
    if (known !== undefined) return known;
    const whole = this.#wholeWords ? this.vocabulary.get(word) : undefined;
    const ids = whole === undefined ? this.#merges.apply(this.#pieces(word)) : [whole];
    if (word.length <= longestCached) {
      if (this.#cache.size >= cacheCapacity) this.#cache.clear();
      this.#cache.set(word, ids);
    }
    return ids;
  }

  /** A word of data that is spelt as an added token is: its characters one by one, never that token. */
  encodeCharacters(word: string): number[] {
    return this.#pieces(word);
  }

  #pieces(word: string): number[] {
    const pieces: number[] = [];
    let afterUnknown = false;
    for (const character of word) {
      const id = this.vocabulary.get(character);
      if (id !== undefined) pieces.push(id);
      else if (this.#bytes !== undefined) {
        for (const byte of utf8.encode(character)) pieces.push(this.#bytes[byte]!);
      } else if (this.#unknown !== undefined && !(afterUnknown && this.#fusesUnknown)) {
        pieces.push(this.#unknown);
      }
      afterUnknown = id === undefined;
    }
    return pieces;
  }
}

function readVocabulary(json: unknown, place: string): Map<string, number> {
  const vocabulary = new Map<string, number>();
  for (const [token, id] of Object.entries(objectAt(json, place))) {
    vocabulary.set(token, countAt(id, `${place}[${short(token)}]`, largestVocabulary - 1));
  }
  if (vocabulary.size === 0) throw new BaseTokenizerError(place, "is empty");
  return vocabulary;
}

function readMerges(
  json: unknown,
  place: string,
  vocabulary: ReadonlyMap<string, number>,
  size: number,
): MergeTable {
  const list = listAt(json, place);
  if (list.length > mostMerges) throw new BaseTokenizerError(place, "holds too many merges");
  const table = new MergeTable(size);
  list.forEach((entry, rank) => {
    const at = `${place}[${rank}]`;
    // Files of older versions write a merge as one text.
    const [left, right, ...more] = typeof entry === "string" ? entry.split(" ") : listAt(entry, at);
    if (typeof left !== "string" || typeof right !== "string" || more.length > 0) {
      throw new BaseTokenizerError(at, `must be a pair of tokens, not ${short(entry)}`);
    }
    const [leftId, rightId, id] = [left, right, left + right].map((token) => {
      const found = vocabulary.get(token);
      if (found === undefined) {
        throw new BaseTokenizerError(at, `${short(token)} is not in the vocabulary`);
      }
      return found;
    });
    table.add(leftId!, rightId!, id!, rank);
  });
  return table;
}

function readUnknown(
  node: JsonObject,
  place: string,
  vocabulary: ReadonlyMap<string, number>,
): number | undefined {
  if (node.unk_token === undefined || node.unk_token === null) return undefined;
  return vocabulary.get(textAt(node.unk_token, `${place}.unk_token`));
}

function byteTokens(vocabulary: ReadonlyMap<string, number>): number[] | undefined {
  const ids: number[] = [];
  for (let byte = 0; byte < 256; byte++) {
    const hex = byte.toString(16).toUpperCase().padStart(2, "0");
    const id = vocabulary.get(`<0x${hex}>`);
    if (id === undefined) return undefined;
    ids.push(id);
  }
  return ids;
}
