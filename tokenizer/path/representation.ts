/** The `path` representation: vocabulary, codec, captions and grammar under one set of options. */
import type { CanonicalOptions, Drawing } from "../../src/svg/index.ts";
import type { Automaton } from "../automaton.ts";
import { type BytePairEncoding, trainBytePairs } from "../bpe/index.ts";
import type { Representation } from "../representation.ts";
import {
  type ReadTokenizerFile,
  TokenizerFileError,
  writeTokenizerFile,
} from "../tokenizer-file.ts";
import { PathAutomaton } from "./automaton.ts";
import { decodeDrawing } from "./decode.ts";
import { encodeDrawing } from "./encode.ts";
import { createLayout, type PathLayout } from "./layout.ts";
import {
  canonicalOptionsOf,
  type PathOptions,
  PathOptionsError,
  parsePathOptions,
} from "./options.ts";
import { PathVocabulary } from "./vocabulary.ts";

export interface PathSettings {
  /** Options that are left out have the defaults of `defaultPathOptions`. */
  readonly options?: Partial<PathOptions>;
  /** The captions' vocabulary; the 256 bytes alone when left out. See `trainBytePairs`. */
  readonly text?: BytePairEncoding;
}

export interface PathRepresentation extends Representation {
  readonly name: "path";
  readonly options: PathOptions;
  readonly vocabulary: PathVocabulary;
}

/** @throws PathOptionsError when an option is unknown, wrong or in conflict with another. */
export function createPathRepresentation(settings: PathSettings = {}): PathRepresentation {
  const options = parsePathOptions(settings.options ?? {});
  return new PathCodec(options, settings.text ?? trainBytePairs([], { vocabularySize: 256 }));
}

/** @throws TokenizerFileError when the options are wrong or the tokens are not theirs. */
export function readPathRepresentation(file: ReadTokenizerFile): PathRepresentation {
  const representation = new PathCodec(readOptions(file.settings.options), file.text);
  const { names, textSize } = representation.layout;
  const wrong = names.findIndex((name, i) => file.added[i] !== name);
  if (wrong >= 0 || file.added.length !== names.length) {
    const at = wrong >= 0 ? wrong : names.length;
    throw new TokenizerFileError(
      `added_tokens[${at}]`,
      at < names.length
        ? `token ${textSize + at} must be ${names[at]}, not ${file.added[at]}`
        : `the options give ${names.length} tokens, but here are ${file.added.length}`,
    );
  }
  return representation;
}

function readOptions(json: unknown): PathOptions {
  try {
    return parsePathOptions(json);
  } catch (error) {
    if (!(error instanceof PathOptionsError)) throw error;
    throw new TokenizerFileError("model.pathloom.options", error.message);
  }
}

class PathCodec implements PathRepresentation {
  readonly name = "path";
  readonly options: PathOptions;
  readonly canonical: CanonicalOptions;
  readonly vocabulary: PathVocabulary;
  readonly #text: BytePairEncoding;
  readonly layout: PathLayout;

  constructor(options: PathOptions, text: BytePairEncoding) {
    this.options = options;
    this.canonical = canonicalOptionsOf(options);
    this.#text = text;
    this.layout = createLayout(options, text.tokens.length);
    this.vocabulary = new PathVocabulary(text, this.layout.names, this.layout.special);
  }

  encode(drawing: Drawing): number[] {
    return encodeDrawing(drawing, this.layout, this.options);
  }

  decode(ids: ArrayLike<number>): Drawing {
    return decodeDrawing(ids, this.layout, this.options);
  }

  encodeText(text: string): number[] {
    return this.#text.encode(text);
  }

  decodeText(ids: ArrayLike<number>): string {
    return this.#text.decode(ids);
  }

  automaton(): Automaton {
    return new PathAutomaton(this.layout, this.options);
  }

  toJSON(): unknown {
    return writeTokenizerFile({
      tokens: this.#text.tokens,
      merges: this.#text.merges,
      added: this.layout.names,
      settings: { representation: this.name, options: this.options },
    });
  }
}
