/** The `path` tokenizer: vocabulary, codec, captions and grammar under one set of options. */
import type { CanonicalOptions, Drawing } from "../../svg/index.ts";
import { type BytePairEncoding, trainBytePairs } from "../bpe/index.ts";
import type { Automaton } from "../core/automaton.ts";
import { splitBy } from "../core/split.ts";
import {
  DecodeError,
  type DrawingProgress,
  type SplitDrawing,
  type SvgTokenizer,
  type TextAround,
  type TokenStructure,
} from "../core/svg-tokenizer.ts";
import {
  type ReadTokenizerFile,
  TokenizerFileError,
  writeTokenizerFile,
} from "../core/tokenizer-file.ts";
import { GrammarAutomaton, MaskedRules } from "../grammar/index.ts";
import { decodeDrawing } from "./decode.ts";
import { encodeDrawing } from "./encode.ts";
import { createGrammar, type Grammar } from "./grammar.ts";
import { createLayout, type PathLayout } from "./layout.ts";
import { MergedPathRules } from "./merged-rules.ts";
import { type PathMerge, PathMergeError, PathMerges } from "./merges.ts";
import { PathMoves } from "./moves.ts";
import {
  canonicalOptionsOf,
  type PathOptions,
  PathOptionsError,
  parsePathOptions,
} from "./options.ts";
import { PathProgress } from "./progress.ts";
import { PathVocabulary } from "./vocabulary.ts";

export interface PathSettings {
  /** Options that are left out have the defaults of `defaultPathOptions`. */
  readonly options?: Partial<PathOptions>;
  /** The captions' vocabulary; the 256 bytes alone when left out. See `trainBytePairs`. */
  readonly text?: BytePairEncoding;
}

export interface PathTokenizer extends SvgTokenizer {
  readonly name: "path";
  readonly options: PathOptions;
  readonly vocabulary: PathVocabulary;
  readonly layout: PathLayout;
  readonly merges: readonly PathMerge[];
  /** @param settings `allowEmpty`: drawings in which nothing can be seen; false when left out. */
  automaton(settings?: { readonly allowEmpty?: boolean }): Automaton;
}

/**
 * Pathloom's own vocabulary: a token for each command, coordinate and property.
 * @throws PathOptionsError when an option is unknown, wrong or in conflict with another.
 * @example
 * const tokenizer = createPathTokenizer({ options: strokeIconOptions });
 * const ids = tokenizer.encode(parseDrawing(svg, tokenizer.canonical).drawing);
 */
export function createPathTokenizer(settings: PathSettings = {}): PathTokenizer {
  const options = parsePathOptions(settings.options ?? {});
  const text = settings.text ?? trainBytePairs([], { vocabularySize: 256 });
  return new PathCodec(options, text, []);
}

/** The same vocabulary with tokens for runs. @throws PathMergeError for ids that do not fit. */
export function withMerges(tokenizer: PathTokenizer, merges: readonly PathMerge[]): PathTokenizer {
  if (!(tokenizer instanceof PathCodec)) {
    throw new TypeError("merges can be given to what createPathTokenizer makes alone");
  }
  return tokenizer.withMerges(merges);
}

const settingsPlace = "model.pathloom";

/** @throws TokenizerFileError when the options are wrong or the tokens are not theirs. */
export function readPathTokenizer(file: ReadTokenizerFile): PathTokenizer {
  const plain = new PathCodec(readOptions(file.settings.options), file.text, []);
  const tokenizer = readMerges(plain, file.settings.merges ?? []);
  const textSize = file.tokens.length;
  const { vocabulary } = tokenizer;
  const count = vocabulary.size - textSize;
  const wrong = file.added.findIndex(
    (name, i) => i >= count || vocabulary.token(textSize + i) !== name,
  );
  if (wrong < 0 && file.added.length === count) return tokenizer;
  const at = wrong < 0 ? file.added.length : wrong;
  throw new TokenizerFileError(
    `added_tokens[${at}]`,
    at < count
      ? `token ${textSize + at} must be ${vocabulary.token(textSize + at)}, not ${file.added[at] ?? "missing"}`
      : `the options give ${count} tokens, but here are ${file.added.length}`,
  );
}

function readOptions(json: unknown): PathOptions {
  try {
    return parsePathOptions(json);
  } catch (error) {
    if (!(error instanceof PathOptionsError)) throw error;
    throw new TokenizerFileError(`${settingsPlace}.options`, error.message);
  }
}

function readMerges(plain: PathCodec, json: unknown): PathTokenizer {
  const place = `${settingsPlace}.merges`;
  if (!Array.isArray(json)) throw new TokenizerFileError(place, "must be a list");
  const merges = json.map((ids: unknown, i): PathMerge => {
    if (!Array.isArray(ids) || !ids.every((id) => typeof id === "number")) {
      throw new TokenizerFileError(`${place}[${i}]`, "must be a list of ids");
    }
    return ids;
  });
  try {
    return plain.withMerges(merges);
  } catch (error) {
    if (!(error instanceof PathMergeError)) throw error;
    throw new TokenizerFileError(`${place}[${error.index}]`, error.message);
  }
}

/** Classes whose tokens are numbered by what they stand for. */
const numberClasses = ["length", "x", "y", "dx", "dy"] as const;

class PathCodec implements PathTokenizer {
  readonly name = "path";
  readonly options: PathOptions;
  readonly canonical: CanonicalOptions;
  readonly vocabulary: PathVocabulary;
  readonly layout: PathLayout;
  readonly #grammar: Grammar;
  readonly #text: BytePairEncoding;
  readonly #merges: PathMerges;
  /** Made once, for they remember what may follow where. */
  readonly #automata = new Map<boolean, Automaton>();

  constructor(options: PathOptions, text: BytePairEncoding, merges: readonly PathMerge[]) {
    this.options = options;
    this.canonical = canonicalOptionsOf(options);
    this.layout = createLayout(options, text.tokens.length);
    this.#grammar = createGrammar(this.layout);
    this.#text = text;
    this.#merges = new PathMerges(this.layout, merges);
    this.vocabulary = new PathVocabulary(text, this.#names, this.layout.special);
  }

  get merges(): readonly PathMerge[] {
    return this.#merges.merges;
  }

  get #names(): readonly string[] {
    return [...this.layout.names, ...this.#merges.names];
  }

  get structure(): TokenStructure {
    const { first, count } = this.layout;
    const { firstId, runs } = this.#merges;
    return {
      numbers: numberClasses
        .filter((name) => count[name] > 0)
        .map((name) => ({ firstId: first[name], count: count[name] })),
      runs: new Map(runs.map((run, i) => [firstId + i, run])),
    };
  }

  withMerges(merges: readonly PathMerge[]): PathTokenizer {
    return new PathCodec(this.options, this.#text, merges);
  }

  encode(drawing: Drawing): number[] {
    const ids = encodeDrawing(drawing, this.#grammar);
    this.#merges.apply(ids);
    return ids;
  }

  decode(ids: ArrayLike<number>): Drawing {
    if (this.merges.length === 0) return decodeDrawing(ids, this.#grammar);
    const expanded = this.#merges.expand(ids);
    try {
      return decodeDrawing(expanded.ids, this.#grammar);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      throw new DecodeError(error.reason, expanded.origins[error.position] ?? ids.length);
    }
  }

  /** No token is spelt in text: there are none but the pairs that were learned. */
  encodeText(text: string, { before, after }: TextAround = { before: "", after: "" }): number[] {
    return this.#text.encode(before + text + after);
  }

  encodePlain(text: string, around?: TextAround): number[] {
    return this.encodeText(text, around);
  }

  split(drawing: Drawing, elements: number): SplitDrawing | null {
    const split = splitBy((each) => encodeDrawing(each, this.#grammar), drawing, elements);
    if (split === null) return null;
    const [given, rest] = [[...split.given], [...split.rest]];
    // No run reaches from one into the other.
    this.#merges.apply(given);
    this.#merges.apply(rest);
    return { given, rest };
  }

  leaves(given: readonly number[], id: number): boolean {
    const progress = this.progress();
    for (const each of given) progress.take(each);
    const kept = progress.drawing.elements;
    try {
      const element = progress.take(id);
      if (element !== null && element < kept.length) return false;
    } catch (error) {
      if (error instanceof DecodeError) return false;
      throw error;
    }
    const now = progress.drawing.elements.slice(0, kept.length);
    return JSON.stringify(now) === JSON.stringify(kept);
  }

  isText(id: number): boolean {
    return id >= 0 && id < this.#text.tokens.length;
  }

  decodeText(ids: ArrayLike<number>): string {
    return this.#text.decode(ids);
  }

  automaton({ allowEmpty = false }: { readonly allowEmpty?: boolean } = {}): Automaton {
    const automaton = this.#automata.get(allowEmpty) ?? this.#automaton(allowEmpty);
    this.#automata.set(allowEmpty, automaton);
    return automaton;
  }

  #automaton(allowEmpty: boolean): Automaton {
    if (this.merges.length === 0) {
      return new GrammarAutomaton(new MaskedRules(new PathMoves(this.#grammar, allowEmpty)));
    }
    return new GrammarAutomaton(new MergedPathRules(this.#grammar, this.#merges, allowEmpty));
  }

  progress(): DrawingProgress {
    return new PathProgress(this.#grammar, this.#merges);
  }

  toJSON(): unknown {
    const merged = this.merges.length > 0 ? { merges: this.merges } : {};
    return writeTokenizerFile({
      tokens: this.#text.tokens,
      merges: this.#text.merges,
      added: this.#names,
      settings: { representation: this.name, options: this.options, ...merged },
    });
  }
}
