/**
 * Reads `tokenizer.json` of a BPE tokenizer: byte-level (GPT-2, Llama 3, Qwen, Phi, Falcon) or
 * SentencePiece's with byte fallback (Llama 2, Gemma, Mistral, Phi-3). The text passes added
 * tokens, normalizer, pre-tokenizer and merges, and comes out as Hugging Face `tokenizers` encodes
 * it without its post-processor.
 */
import {
  type AddedToken,
  AddedTokenFinder,
  readAddedTokens,
  type TextSegment,
} from "./added-tokens.ts";
import {
  type BaseSpecialTokens,
  type BaseTokenizer,
  BaseTokenizerError,
  type NewToken,
  type TextRange,
} from "./base-tokenizer.ts";
import { BpeModel, largestVocabulary } from "./bpe-model.ts";
import { type JsonObject, objectAt } from "./json.ts";
import { type Normalizer, readNormalizer } from "./normalizers.ts";
import { isByteLevel, type PreTokenizer, readPreTokenizer } from "./pre-tokenizers.ts";
import { findSpecialTokens, type SpecialTokenNames } from "./special-tokens.ts";
import { readDecoder, type TokenDecoder } from "./token-bytes.ts";
import { TokenTable } from "./token-table.ts";

/**
 * @param json the parsed file.
 * @throws BaseTokenizerError naming the place of what is wrong or not supported.
 */
export function baseTokenizerFromJSON(json: unknown, names: SpecialTokenNames = {}): BaseTokenizer {
  const root = objectAt(json, "the top");
  const model = new BpeModel(root.model, "model");
  const preTokenize = root.pre_tokenizer;
  const pipeline: Pipeline = {
    root,
    names,
    normalize: readNormalizer(root.normalizer, "normalizer"),
    preTokenize: readPreTokenizer(preTokenize, "pre_tokenizer"),
    model,
    decoder: readDecoder(root.decoder, "decoder", isByteLevel(preTokenize)),
  };
  const added = readAddedTokens(root.added_tokens, "added_tokens", largestVocabulary - 1);
  return new HuggingFaceTokenizer(pipeline, added);
}

/** What more tokens do not change. */
interface Pipeline {
  readonly root: JsonObject;
  readonly names: SpecialTokenNames;
  readonly normalize: Normalizer;
  readonly preTokenize: PreTokenizer;
  readonly model: BpeModel;
  readonly decoder: TokenDecoder;
}

class HuggingFaceTokenizer implements BaseTokenizer {
  readonly size: number;
  readonly special: BaseSpecialTokens;
  readonly spaceInFront: boolean;
  readonly #pipeline: Pipeline;
  readonly #added: readonly AddedToken[];
  readonly #table: TokenTable;
  readonly #inText: AddedTokenFinder;
  readonly #inNormalized: AddedTokenFinder;

  constructor(pipeline: Pipeline, added: readonly AddedToken[]) {
    this.#pipeline = pipeline;
    this.#added = added;
    this.#table = new TokenTable(pipeline.model.vocabulary, added, pipeline.decoder);
    this.size = this.#table.size;
    this.special = findSpecialTokens(pipeline.names, (token) => this.id(token));
    const normalized = added.filter((token) => token.normalized);
    const plain = added.filter((token) => !token.normalized);
    this.#inText = new AddedTokenFinder(plain, ({ content }) => content);
    this.#inNormalized = new AddedTokenFinder(normalized, ({ content }) =>
      pipeline.normalize(content),
    );
    this.spaceInFront = this.#table.bytesOf(this.encode("<")[0] ?? 0)[0] === 0x20;
  }

  encode(text: string, data: TextRange = { start: 0, end: 0 }): number[] {
    const ids: number[] = [];
    for (const segment of this.#inText.split(text, data)) {
      if (segment.id === undefined) this.#encodeSegment(segment, data, ids);
      else ids.push(segment.id);
    }
    return ids;
  }

  #encodeSegment({ text, start }: TextSegment, data: TextRange, ids: number[]): void {
    const { normalize, preTokenize, model } = this.#pipeline;
    const first = start === 0;
    const normal = normalize(text);
    const held = dataIn(text, start, data);
    const kept = held === null ? undefined : normalizedRange(text, held, normal, normalize);
    for (const segment of this.#inNormalized.split(normal, kept)) {
      if (segment.id !== undefined) {
        ids.push(segment.id);
        continue;
      }
      const words = preTokenize([{ text: segment.text, first: first && segment.start === 0 }]);
      for (const word of words) {
        const found = model.encode(word.text);
        const spelt = held !== null && found.some((id) => this.#table.isAdded(id));
        for (const id of spelt ? model.encodeCharacters(word.text) : found) ids.push(id);
      }
    }
  }

  decode(ids: ArrayLike<number>): string {
    return this.#table.decode(ids);
  }

  tokenBytes(id: number): Uint8Array {
    return this.#table.bytesOf(id);
  }

  token(id: number): string {
    return this.#table.token(id);
  }

  id(token: string): number | undefined {
    return this.#table.id(token);
  }

  isAdded(id: number): boolean {
    return this.#table.isAdded(id);
  }

  withTokens(tokens: readonly NewToken[]): BaseTokenizer {
    return new HuggingFaceTokenizer(this.#pipeline, extendAdded(this.#added, tokens, this));
  }

  toJSON(): unknown {
    return { ...this.#pipeline.root, added_tokens: this.#added };
  }
}

/** Where the data lies in a segment; null where there is none in it. */
function dataIn(text: string, start: number, { start: from, end }: TextRange): TextRange | null {
  const held = { start: Math.max(0, from - start), end: Math.min(text.length, end - start) };
  return held.end > held.start ? held : null;
}

/** Where it lies in the normalized text; as far as that cannot be told, to the segment's borders. */
function normalizedRange(
  text: string,
  { start, end }: TextRange,
  normal: string,
  normalize: Normalizer,
): TextRange {
  const before = normalize(text.slice(0, start));
  const after = normalize(text.slice(end));
  return {
    start: normal.startsWith(before) ? before.length : 0,
    end: normal.endsWith(after) ? normal.length - after.length : normal.length,
  };
}

/** The added tokens with new ones, which take the next free numbers. */
function extendAdded(
  added: readonly AddedToken[],
  tokens: readonly NewToken[],
  tokenizer: Pick<BaseTokenizer, "size" | "id">,
): AddedToken[] {
  const extended = [...added];
  const contents = new Set(added.map(({ content }) => content));
  let next = tokenizer.size;
  for (const { content, special } of tokens) {
    if (content === "") throw new BaseTokenizerError("added_tokens", "a new token is empty");
    if (contents.has(content)) continue;
    contents.add(content);
    const id = tokenizer.id(content) ?? next++;
    extended.push({
      id,
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special,
    });
  }
  return extended;
}
