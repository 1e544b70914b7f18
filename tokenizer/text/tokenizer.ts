/** The `text` tokenizer: raw minified SVG over a base model's tokenizer. */
import {
  type CanonicalOptions,
  type Drawing,
  parseDrawing,
  printDrawing,
  SvgError,
} from "../../svg/index.ts";
import {
  type BaseTokenizer,
  BaseVocabulary,
  isTextToken,
  readSettingsFile,
  requireTokenizer,
  withData,
  writeSettingsFile,
} from "../base/index.ts";
import type { Automaton } from "../core/automaton.ts";
import {
  DecodeError,
  EncodeError,
  type SplitDrawing,
  type SvgTokenizer,
  type TextAround,
} from "../core/svg-tokenizer.ts";
import type { TaskTemplates } from "../core/tasks.ts";
import type { Vocabulary } from "../core/vocabulary.ts";
import {
  ByteRules,
  literal,
  optional,
  sequence,
  symbol,
  TokenGrammar,
} from "../grammar/bytes/index.ts";
import { GrammarAutomaton } from "../grammar/index.ts";
import { isVisible } from "../grammar/visibility/index.ts";
import { svgGrammar } from "./grammar.ts";
import { parseTextOptions, type TextOptions, textCanonical } from "./options.ts";
import { createWrapper, type Wrapper } from "./wrapper.ts";

export interface TextSettings {
  readonly base: BaseTokenizer;
  /** Options that are left out have the defaults of `defaultTextOptions`. */
  readonly options?: Partial<TextOptions>;
}

export interface TextTokenizer extends SvgTokenizer {
  readonly name: "text";
  readonly options: TextOptions;
  /** With the wrapper's tokens added. */
  readonly base: BaseTokenizer;
}

/**
 * SVG as text under a base model's tokenizer: no token is added.
 * @throws TextOptionsError when an option is unknown or wrong.
 * @example
 * import { readFileSync } from "node:fs";
 * import { baseTokenizerFromJSON } from "pathloom/tokenizer";
 *
 * const base = baseTokenizerFromJSON(JSON.parse(readFileSync("gpt2/tokenizer.json", "utf8")));
 * const tokenizer = createTextTokenizer({ base, options: { wrapper: "instruction" } });
 */
export function createTextTokenizer(settings: TextSettings): TextTokenizer {
  return new TextCodec(settings.base, parseTextOptions(settings.options ?? {}));
}

/**
 * @param json what `toJSON` of such a tokenizer gave.
 * @throws BaseTokenizerError or TextOptionsError naming what is wrong.
 */
export function textFromJSON(json: unknown): TextTokenizer {
  const { base, settings } = readSettingsFile(json);
  requireTokenizer(settings, "text");
  return new TextCodec(base, parseTextOptions(settings.options ?? {}));
}

const utf8 = new TextEncoder();
const ascii = new TextDecoder();

const definitions = new Set(["defs", "linearGradient", "radialGradient"]);

/** Where the first elements of a printed drawing end. */
function endOfElements(text: string, count: number): number {
  let depth = 0;
  let found = 0;
  for (const tag of text.matchAll(/<(\/?)(\w+)[^>]*?(\/?)>/g)) {
    const [written, closes, name, isWhole] = tag;
    if (closes !== "") depth--;
    // Within the document itself, and no definition.
    if (depth === 1 && !definitions.has(name!) && (closes !== "" || isWhole !== "")) found++;
    if (closes === "" && isWhole === "") depth++;
    if (found === count) return tag.index + written.length;
  }
  return text.length;
}

class TextCodec implements TextTokenizer {
  readonly name = "text";
  readonly options: TextOptions;
  readonly canonical: CanonicalOptions;
  readonly base: BaseTokenizer;
  readonly vocabulary: Vocabulary;
  readonly templates: TaskTemplates;
  readonly #wrapper: Wrapper;
  #automaton: Automaton | undefined;

  constructor(base: BaseTokenizer, options: TextOptions) {
    this.options = options;
    this.canonical = textCanonical(options);
    this.#wrapper = createWrapper(base, options);
    this.base = this.#wrapper.base;
    this.vocabulary = new BaseVocabulary(this.base, this.#wrapper.special);
    this.templates = this.#wrapper.templates;
  }

  encode(drawing: Drawing): number[] {
    const { grid } = this.canonical;
    const { width, height } = drawing;
    if (Math.max(width, height) !== grid) {
      throw new EncodeError(
        `the view box is ${width} x ${height}, but its longer side must be the grid of ${grid}`,
      );
    }
    const { opening, special } = this.#wrapper;
    return [...this.base.encode(opening + printDrawing(drawing)), special.eos];
  }

  decode(ids: ArrayLike<number>): Drawing {
    const svg = this.#unwrap(ids);
    try {
      return parseDrawing(svg, this.canonical).drawing;
    } catch (error) {
      if (!(error instanceof SvgError)) throw error;
      throw new DecodeError(error.message, this.#positionOf(ids, svg, error));
    }
  }

  /** The SVG document among the tokens. */
  #unwrap(ids: ArrayLike<number>): string {
    const { opening, special, openingIsToken } = this.#wrapper;
    const last = ids.length - 1;
    for (let i = 0; i < ids.length; i++) {
      const id = ids[i]!;
      if (!Number.isInteger(id) || id < 0 || id >= this.base.size) {
        throw new DecodeError(`there is no token ${id}`, i);
      }
      const opens = openingIsToken && i === 0 && id === special.drawing;
      const ends = i === last && id === special.eos;
      if (this.base.isAdded(id) && !opens && !ends) {
        throw new DecodeError(`${this.base.token(id)} has no place in a drawing`, i);
      }
    }
    const ends = ids[last] === special.eos;
    if (!ends && this.options.wrapper !== "bare") {
      throw new DecodeError("the drawing does not end", ids.length);
    }
    const text = this.base.decode(Array.from(ids).slice(0, ends ? -1 : undefined)).trimStart();
    if (!text.startsWith(opening.trimStart()))
      throw new DecodeError(`${opening} must stand here`, 0);
    return text.slice(opening.trimStart().length).trimStart();
  }

  /** The token in which the parser found the fault, counted from the end of the document. */
  #positionOf(ids: ArrayLike<number>, svg: string, { line, column }: SvgError): number {
    const before = svg.split("\n").slice(0, (line ?? 1) - 1);
    const offset = before.reduce((sum, text) => sum + text.length + 1, 0) + (column ?? 1) - 1;
    const rest = utf8.encode(svg.slice(offset)).length;
    let position = ids.length - 1;
    for (let length = 0; length < rest && position > 0; ) {
      position--;
      length += this.base.tokenBytes(ids[position]!).length;
    }
    return position;
  }

  encodeText(text: string, around?: TextAround): number[] {
    const { prompt } = this.#wrapper;
    return this.base.encode(
      ...withData(text, {
        before: prompt.before + (around?.before ?? ""),
        after: (around?.after ?? "") + prompt.after,
      }),
    );
  }

  encodePlain(text: string, around?: TextAround): number[] {
    return this.base.encode(...withData(text, around));
  }

  split(drawing: Drawing, elements: number): SplitDrawing | null {
    const { opening, special } = this.#wrapper;
    const text = opening + printDrawing(drawing);
    const given = text.slice(0, endOfElements(text, elements));
    const [before, after] = [this.base.encode(given), this.base.encode(text.slice(given.length))];
    // A piece of its own may get a space in front, which no drawing has there.
    const isWhole = this.base.decode([...before, ...after]).trimStart() === text;
    return isWhole ? { given: before, rest: [...after, special.eos] } : null;
  }

  /** An element ends with its tag: whatever follows begins another. */
  leaves(): boolean {
    return true;
  }

  /** A bare drawing ends with a turn's end, which belongs to the template. */
  asGiven(tokens: ArrayLike<number>, before: string): number[] {
    const all = Array.from(tokens);
    if (this.options.wrapper !== "bare") return all;
    // As it stands in one text with what is before it, which may begin otherwise than alone.
    const text = this.base.decode(all.slice(0, -1)).trimStart();
    const [alone, both] = [this.base.encode(before), this.base.encode(before + text)];
    const isPrefix = alone.every((id, index) => id === both[index]);
    return isPrefix ? both.slice(alone.length) : this.base.encode(text);
  }

  isText(id: number): boolean {
    return isTextToken(this.base, id);
  }

  decodeText(ids: ArrayLike<number>): string {
    const { prompt } = this.#wrapper;
    const text = this.base.decode(ids);
    const from = text.startsWith(prompt.before) ? prompt.before.length : 0;
    const to = text.endsWith(prompt.after) ? text.length - prompt.after.length : text.length;
    return text.slice(from, to);
  }

  automaton(): Automaton {
    this.#automaton ??= this.#createAutomaton();
    return this.#automaton;
  }

  #createAutomaton(): Automaton {
    const { base } = this;
    const { opening, openingIsToken, special } = this.#wrapper;
    const [opens, ends] = [256, 257];
    const blank = optional(literal(" "));
    const open = openingIsToken
      ? sequence(symbol(opens), blank)
      : sequence(blank, literal(opening));
    const grammar = sequence(open, svgGrammar(this.options), symbol(ends, "end"));
    const symbolsOf = (id: number): ArrayLike<number> => {
      if (openingIsToken && id === special.drawing) return [opens];
      if (id === special.eos) return [ends];
      return base.isAdded(id) ? [] : base.tokenBytes(id);
    };
    const tokens = new TokenGrammar(grammar, { size: base.size, symbols: 258, symbolsOf });
    return new GrammarAutomaton(new ByteRules(tokens, (symbols) => this.#shows(symbols)));
  }

  /** @param symbols of a whole drawing, as the grammar has them. */
  #shows(symbols: readonly number[]): boolean {
    const text = ascii.decode(Uint8Array.from(symbols.filter((symbol) => symbol < 256)));
    return isVisible(parseDrawing(text.slice(text.indexOf("<svg")), this.canonical).drawing);
  }

  toJSON(): unknown {
    return writeSettingsFile(this.base, { representation: this.name, options: this.options });
  }
}
