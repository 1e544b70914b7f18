/** The `semantic` tokenizer: LLM4SVG's tokens over a base model's tokenizer. */
import { type CanonicalOptions, canonicalise, type Drawing } from "../../svg/index.ts";
import {
  type BaseTokenizer,
  BaseVocabulary,
  isTextToken,
  readSettingsFile,
  requireId,
  requireTokenizer,
  withBegin,
  withData,
  writeSettingsFile,
} from "../base/index.ts";
import type { Automaton } from "../core/automaton.ts";
import { splitBy } from "../core/split.ts";
import type { SplitDrawing, SvgTokenizer, TextAround } from "../core/svg-tokenizer.ts";
import type { Vocabulary } from "../core/vocabulary.ts";
import { ByteRules, TokenGrammar } from "../grammar/bytes/index.ts";
import { GrammarAutomaton } from "../grammar/index.ts";
import { isVisible } from "../grammar/visibility/index.ts";
import { semanticGrammar } from "./grammar.ts";
import { itemsOfSymbols, splitItems } from "./items.ts";
import { parseSemanticOptions, type SemanticOptions, semanticCanonical } from "./options.ts";
import { readDrawing } from "./read.ts";
import { type SemanticName, semanticNames, semanticToken, semanticTokens } from "./tokens.ts";
import { writeDrawing } from "./write.ts";

export interface SemanticSettings {
  readonly base: BaseTokenizer;
  /** Options that are left out have the defaults of `defaultSemanticOptions`. */
  readonly options?: Partial<SemanticOptions>;
}

export interface SemanticTokenizer extends SvgTokenizer {
  readonly name: "semantic";
  readonly options: SemanticOptions;
  /** With the semantic tokens added. */
  readonly base: BaseTokenizer;
}

/**
 * Tokens for SVG's tags, attributes and commands over a base model's tokenizer (LLM4SVG, arXiv 2412.11102).
 * @throws SemanticOptionsError when an option is unknown or wrong.
 * @example
 * import { readFileSync } from "node:fs";
 * import { baseTokenizerFromJSON } from "pathloom/tokenizer";
 *
 * const base = baseTokenizerFromJSON(JSON.parse(readFileSync("gpt2/tokenizer.json", "utf8")));
 * const tokenizer = createSemanticTokenizer({ base, options: { precision: 1 } });
 */
export function createSemanticTokenizer(settings: SemanticSettings): SemanticTokenizer {
  return new SemanticCodec(settings.base, parseSemanticOptions(settings.options ?? {}));
}

/**
 * @param json what `toJSON` of such a tokenizer gave.
 * @throws BaseTokenizerError or SemanticOptionsError naming what is wrong.
 */
export function semanticFromJSON(json: unknown): SemanticTokenizer {
  const { base, settings } = readSettingsFile(json);
  requireTokenizer(settings, "semantic");
  return new SemanticCodec(base, parseSemanticOptions(settings.options ?? {}));
}

/** What may stand behind a whole element. */
const beginnings: ReadonlySet<SemanticName> = new Set<SemanticName>([
  ...(["svg_path", "svg_circle", "svg_rect", "svg_ellipse", "svg_polygon"] as const),
  ...(["svg_line", "svg_polyline", "start_of_g", "END_OF_SVG"] as const),
]);

class SemanticCodec implements SemanticTokenizer {
  readonly name = "semantic";
  readonly options: SemanticOptions;
  readonly canonical: CanonicalOptions;
  readonly base: BaseTokenizer;
  readonly vocabulary: Vocabulary;
  readonly #names: ReadonlyMap<number, SemanticName>;
  #automaton: Automaton | undefined;

  constructor(base: BaseTokenizer, options: SemanticOptions) {
    const begun = withBegin(base);
    const added = semanticTokens.map(({ token, special }) => ({ content: token, special }));
    this.base = begun.base.withTokens(added);
    this.options = options;
    this.canonical = semanticCanonical(options);
    const idOf = (name: SemanticName) => requireId(this.base, semanticToken(name));
    this.#names = new Map(semanticNames.map((name) => [idOf(name), name]));
    this.vocabulary = new BaseVocabulary(this.base, {
      pad: begun.pad,
      bos: begun.bos,
      eos: idOf("END_OF_SVG"),
      drawing: idOf("START_OF_SVG"),
    });
  }

  encode(drawing: Drawing): number[] {
    return this.base.encode(writeDrawing(drawing, this.options));
  }

  decode(ids: ArrayLike<number>): Drawing {
    const items = splitItems(ids, this.base, (id) => this.#names.get(id));
    return readDrawing(items, this.options, ids.length);
  }

  encodeText(text: string, around?: TextAround): number[] {
    return this.base.encode(...withData(text, around));
  }

  encodePlain(text: string, around?: TextAround): number[] {
    return this.encodeText(text, around);
  }

  decodeText(ids: ArrayLike<number>): string {
    return this.base.decode(ids);
  }

  split(drawing: Drawing, elements: number): SplitDrawing | null {
    return splitBy((each) => this.encode(each), drawing, elements);
  }

  leaves(_: readonly number[], id: number): boolean {
    const name = this.#names.get(id);
    return name !== undefined && beginnings.has(name);
  }

  isText(id: number): boolean {
    return isTextToken(this.base, id);
  }

  automaton(): Automaton {
    this.#automaton ??= this.#createAutomaton();
    return this.#automaton;
  }

  #createAutomaton(): Automaton {
    const { base } = this;
    const symbolOf = (name: SemanticName) => 256 + semanticNames.indexOf(name);
    const grammar = semanticGrammar(this.options, symbolOf, base.spaceInFront);
    const symbolsOf = (id: number): ArrayLike<number> => {
      const name = this.#names.get(id);
      if (name !== undefined) return [symbolOf(name)];
      return base.isAdded(id) ? [] : base.tokenBytes(id);
    };
    const symbols = 256 + semanticNames.length;
    const tokens = new TokenGrammar(grammar, { size: base.size, symbols, symbolsOf });
    return new GrammarAutomaton(new ByteRules(tokens, (drawing) => this.#shows(drawing)));
  }

  /** @param symbols of a whole drawing, as the grammar has them. */
  #shows(symbols: readonly number[]): boolean {
    const items = itemsOfSymbols(symbols, (symbol) => semanticNames[symbol - 256]);
    const drawing = readDrawing(items, this.options, symbols.length);
    // Both as it is and as others read it: what is out of range is then left out, or painted plain.
    return isVisible(drawing) && isVisible(canonicalise(drawing, this.canonical));
  }

  toJSON(): unknown {
    return writeSettingsFile(this.base, { representation: this.name, options: this.options });
  }
}
