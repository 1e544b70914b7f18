/** OmniSVG's vocabulary as a representation: so that its data and checkpoints line up. */
import type { CanonicalOptions, Drawing } from "../../src/svg/index.ts";
import type { Automaton } from "../automaton.ts";
import { type BytePairEncoding, trainBytePairs } from "../bpe/index.ts";
import type { Representation } from "../representation.ts";
import {
  type ReadTokenizerFile,
  TokenizerFileError,
  writeTokenizerFile,
} from "../tokenizer-file.ts";
import type { SpecialTokens, Vocabulary } from "../vocabulary.ts";
import { OmniSvgAutomaton } from "./automaton.ts";
import { decodeOmniSvg, encodeOmniSvg } from "./codec.ts";
import { fitOmniSvg } from "./fit.ts";
import {
  canvas,
  defaultOmniSvgOptions,
  type OmniSvgNumbers,
  type OmniSvgOptions,
  omniSvgNumbers,
  omniSvgToken,
} from "./numbering.ts";

/** Shapes become filled paths of lines, cubics and arcs; strokes and gradients are dropped. */
const canonical: CanonicalOptions = {
  grid: canvas,
  shapes: "paths",
  arcs: "keep",
  quadratics: "cubics",
  strokes: "drop",
  groups: "flatten",
  gradients: "first-stop",
  colorBits: 4,
  strict: false,
};

export interface OmniSvgSettings extends Partial<OmniSvgOptions> {
  /** The captions' vocabulary; the 256 bytes alone when left out. */
  readonly text?: BytePairEncoding;
}

export interface OmniSvgRepresentation extends Representation {
  readonly name: "path";
  readonly options: OmniSvgOptions;
  fit(drawing: Drawing): Drawing;
}

export function createOmniSvgRepresentation(settings: OmniSvgSettings = {}): OmniSvgRepresentation {
  const { text = trainBytePairs([], { vocabularySize: 256 }), ...chosen } = settings;
  return new OmniSvgCodec({ ...defaultOmniSvgOptions, ...chosen }, text);
}

const place = "model.pathloom.options";

/** @throws TokenizerFileError when the options are wrong. */
export function readOmniSvgRepresentation(file: ReadTokenizerFile): OmniSvgRepresentation {
  const { options } = file.settings;
  if (typeof options !== "object" || options === null) {
    throw new TokenizerFileError(place, "must be an object");
  }
  const { model, numbering }: { model?: unknown; numbering?: unknown } = options;
  if (model !== "4B" && model !== "8B" && model !== "own") {
    throw new TokenizerFileError(`${place}.model`, "must be one of 4B, 8B, own");
  }
  if (numbering !== "weights" && numbering !== "training") {
    throw new TokenizerFileError(`${place}.numbering`, "must be one of weights, training");
  }
  return new OmniSvgCodec({ model, numbering }, file.text);
}

class OmniSvgCodec implements OmniSvgRepresentation {
  readonly name = "path";
  readonly canonical = canonical;
  readonly options: OmniSvgOptions;
  readonly vocabulary: Vocabulary;
  readonly #text: BytePairEncoding;
  readonly #numbers: OmniSvgNumbers;

  constructor(options: OmniSvgOptions, text: BytePairEncoding) {
    this.options = options;
    this.#text = text;
    this.#numbers = omniSvgNumbers(options, text.tokens.length);
    this.vocabulary = new OmniSvgVocabulary(this.#numbers, text);
  }

  encode(drawing: Drawing): number[] {
    return encodeOmniSvg(drawing, this.#numbers);
  }

  decode(ids: ArrayLike<number>): Drawing {
    return decodeOmniSvg(ids, this.#numbers);
  }

  /** The nearest drawing that `encode` takes. */
  fit(drawing: Drawing): Drawing {
    return fitOmniSvg(drawing);
  }

  encodeText(text: string): number[] {
    return this.#text.encode(text);
  }

  decodeText(ids: ArrayLike<number>): string {
    return this.#text.decode(ids);
  }

  automaton(): Automaton {
    return new OmniSvgAutomaton(this.#numbers);
  }

  /** The drawing's 45,000 tokens are not listed: the options give their numbers. */
  toJSON(): unknown {
    return writeTokenizerFile({
      tokens: this.#text.tokens,
      merges: this.#text.merges,
      added: [],
      settings: { representation: "omnisvg", options: this.options },
    });
  }
}

class OmniSvgVocabulary implements Vocabulary {
  readonly size: number;
  readonly special: SpecialTokens;
  readonly #numbers: OmniSvgNumbers;
  readonly #text: BytePairEncoding;
  #ids: ReadonlyMap<string, number> | undefined;

  constructor(numbers: OmniSvgNumbers, text: BytePairEncoding) {
    this.size = numbers.size;
    this.special = numbers.special;
    this.#numbers = numbers;
    this.#text = text;
  }

  /** "" for a number that no token bears. */
  token(id: number): string {
    if (!Number.isInteger(id) || id < 0 || id >= this.size) {
      throw new RangeError(
        `id ${id} is not in the vocabulary, whose ids are 0 to ${this.size - 1}`,
      );
    }
    return omniSvgToken(this.#numbers, id) ?? this.#text.tokens[id] ?? "";
  }

  id(token: string): number | undefined {
    this.#ids ??= this.#drawingIds();
    return this.#ids.get(token) ?? this.#text.id(token);
  }

  #drawingIds(): ReadonlyMap<string, number> {
    const ids = new Map<string, number>();
    for (let id = this.#text.tokens.length; id < this.size; id++) {
      const token = omniSvgToken(this.#numbers, id);
      if (token !== undefined) ids.set(token, id);
    }
    return ids;
  }
}
