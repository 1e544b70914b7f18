/** OmniSVG's vocabulary as a tokenizer: so that its data and checkpoints line up. */
import type { CanonicalOptions, Drawing } from "../../svg/index.ts";
import { type BaseTokenizer, readSettingsFile, writeSettingsFile } from "../base/index.ts";
import { type BytePairEncoding, trainBytePairs } from "../bpe/index.ts";
import type { Automaton } from "../core/automaton.ts";
import { splitBy } from "../core/split.ts";
import type { SplitDrawing, SvgTokenizer, TextAround } from "../core/svg-tokenizer.ts";
import {
  type ReadTokenizerFile,
  readTokenizerFile,
  TokenizerFileError,
  writeTokenizerFile,
} from "../core/tokenizer-file.ts";
import type { SpecialTokens, Vocabulary } from "../core/vocabulary.ts";
import { GrammarAutomaton, MaskedRules } from "../grammar/index.ts";
import { baseCaptions, type CaptionTokens, learntCaptions, requireQwen } from "./captions.ts";
import { decodeOmniSvg, encodeOmniSvg } from "./codec.ts";
import { fitOmniSvg } from "./fit.ts";
import { OmniSvgMoves } from "./moves.ts";
import {
  canvas,
  defaultOmniSvgOptions,
  type OmniSvgNumbers,
  type OmniSvgOptions,
  omniSvgNumbers,
  omniSvgToken,
  qwenMarks,
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
  order: "keep",
  colorBits: 4,
  strict: false,
};

export interface OmniSvgSettings extends Partial<OmniSvgOptions> {
  /** The captions' vocabulary; the 256 bytes alone when left out. */
  readonly text?: BytePairEncoding;
  /** Instead: the tokenizer of the base model, which for the published ones is Qwen2.5's. */
  readonly base?: BaseTokenizer;
}

export interface OmniSvgTokenizer extends SvgTokenizer {
  readonly name: "path";
  readonly options: OmniSvgOptions;
  fit(drawing: Drawing): Drawing;
}

/**
 * The tokens of OmniSVG (Yang et al. 2025, arXiv 2504.06263): paths of merged points and coded colours.
 * @throws RangeError when the captions' tokens overlap the drawing's; BaseTokenizerError when a
 *   published model is asked for over another tokenizer than its own.
 * @example
 * const tokenizer = createOmniSvgTokenizer();
 * const ids = tokenizer.encode(parseDrawing(svg, tokenizer.canonical).drawing);
 */
export function createOmniSvgTokenizer(settings: OmniSvgSettings = {}): OmniSvgTokenizer {
  const { base, text = trainBytePairs([], { vocabularySize: 256 }), ...chosen } = settings;
  const options = { ...defaultOmniSvgOptions, ...chosen };
  return base === undefined ? overLearnt(options, text) : overBase(options, base);
}

function overLearnt(options: OmniSvgOptions, text: BytePairEncoding): OmniSvgTokenizer {
  const { tokens, merges } = text;
  return new OmniSvgCodec(options, learntCaptions(text), () =>
    writeTokenizerFile({ tokens, merges, added: [], settings: settingsOf(options) }),
  );
}

function overBase(options: OmniSvgOptions, base: BaseTokenizer): OmniSvgTokenizer {
  if (options.model !== "own") requireQwen(base, qwenMarks);
  return new OmniSvgCodec(options, baseCaptions(base), () =>
    writeSettingsFile(base, { ...settingsOf(options), captions: "base" }),
  );
}

/** The drawing's 45,000 tokens are not listed in files: the options give their numbers. */
function settingsOf(options: OmniSvgOptions) {
  return { representation: "omnisvg", options };
}

const place = "model.pathloom.options";
const largestBase = 2 ** 24;

/** @throws TokenizerFileError when the options are wrong. */
function readOmniSvgTokenizer(file: ReadTokenizerFile): OmniSvgTokenizer {
  return overLearnt(optionsIn(file.settings.options), file.text);
}

/**
 * @param json what `toJSON` of such a tokenizer gave.
 * @throws TokenizerFileError, RangeError or BaseTokenizerError.
 */
export function omniSvgFromJSON(json: unknown): OmniSvgTokenizer {
  if (!saysBase(json)) return readOmniSvgTokenizer(readTokenizerFile(json));
  const { base, settings } = readSettingsFile(json);
  return overBase(optionsIn(settings.options), base);
}

function saysBase(json: unknown): boolean {
  const captions = ["model", "pathloom", "captions"].reduce<unknown>(
    (node, key) => (typeof node === "object" && node !== null ? Reflect.get(node, key) : undefined),
    json,
  );
  return captions === "base";
}

function optionsIn(options: unknown): OmniSvgOptions {
  if (typeof options !== "object" || options === null) {
    throw new TokenizerFileError(place, "must be an object");
  }
  const given: { model?: unknown; numbering?: unknown; baseRows?: unknown } = options;
  const { model, numbering, baseRows } = given;
  if (model !== "4B" && model !== "8B" && model !== "own") {
    throw new TokenizerFileError(`${place}.model`, "must be one of 4B, 8B, own");
  }
  if (numbering !== "weights" && numbering !== "training") {
    throw new TokenizerFileError(`${place}.numbering`, "must be one of weights, training");
  }
  if (baseRows === undefined) return { model, numbering };
  if (typeof baseRows !== "number" || !Number.isInteger(baseRows) || baseRows > largestBase) {
    throw new TokenizerFileError(
      `${place}.baseRows`,
      `must be an integer of at most ${largestBase}`,
    );
  }
  return { model, numbering, baseRows };
}

class OmniSvgCodec implements OmniSvgTokenizer {
  readonly name = "path";
  readonly canonical = canonical;
  readonly options: OmniSvgOptions;
  readonly vocabulary: Vocabulary;
  readonly #text: CaptionTokens;
  readonly #file: () => unknown;
  readonly #numbers: OmniSvgNumbers;

  constructor(options: OmniSvgOptions, text: CaptionTokens, file: () => unknown) {
    this.options = options;
    this.#text = text;
    this.#file = file;
    this.#numbers = omniSvgNumbers(options, text.size);
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

  encodeText(text: string, around?: TextAround): number[] {
    return this.#text.encode(text, around);
  }

  encodePlain(text: string, around?: TextAround): number[] {
    return this.#text.encode(text, around);
  }

  decodeText(ids: ArrayLike<number>): string {
    return this.#text.decode(ids);
  }

  split(drawing: Drawing, elements: number): SplitDrawing | null {
    return splitBy((each) => this.encode(each), drawing, elements);
  }

  /** A path ends with its fill: whatever follows begins another. */
  leaves(): boolean {
    return true;
  }

  isText(id: number): boolean {
    return this.#text.isText(id);
  }

  automaton(): Automaton {
    return new GrammarAutomaton(new MaskedRules(new OmniSvgMoves(this.#numbers)));
  }

  toJSON(): unknown {
    return this.#file();
  }
}

class OmniSvgVocabulary implements Vocabulary {
  readonly size: number;
  readonly special: SpecialTokens;
  readonly #numbers: OmniSvgNumbers;
  readonly #text: CaptionTokens;
  #ids: ReadonlyMap<string, number> | undefined;

  constructor(numbers: OmniSvgNumbers, text: CaptionTokens) {
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
    return omniSvgToken(this.#numbers, id) ?? this.#text.token(id);
  }

  id(token: string): number | undefined {
    this.#ids ??= this.#drawingIds();
    return this.#ids.get(token) ?? this.#text.id(token);
  }

  #drawingIds(): ReadonlyMap<string, number> {
    const ids = new Map<string, number>();
    for (let id = this.#text.size; id < this.size; id++) {
      const token = omniSvgToken(this.#numbers, id);
      if (token !== undefined) ids.set(token, id);
    }
    return ids;
  }
}
