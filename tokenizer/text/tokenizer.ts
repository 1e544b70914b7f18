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
  readSettingsFile,
  requireTokenizer,
  withData,
  writeSettingsFile,
} from "../base/index.ts";
import type { Automaton } from "../core/automaton.ts";
import {
  DecodeError,
  EncodeError,
  type SvgTokenizer,
  type TextAround,
} from "../core/svg-tokenizer.ts";
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

class TextCodec implements TextTokenizer {
  readonly name = "text";
  readonly options: TextOptions;
  readonly canonical: CanonicalOptions;
  readonly base: BaseTokenizer;
  readonly vocabulary: Vocabulary;
  readonly #wrapper: Wrapper;
  #automaton: Automaton | undefined;

  constructor(base: BaseTokenizer, options: TextOptions) {
    this.options = options;
    this.canonical = textCanonical(options);
    this.#wrapper = createWrapper(base, options.wrapper);
    this.base = this.#wrapper.base;
    this.vocabulary = new BaseVocabulary(this.base, this.#wrapper.special);
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
    if (ids[last] !== special.eos) throw new DecodeError("the drawing does not end", ids.length);
    const text = this.base.decode(Array.from(ids).slice(0, -1)).trimStart();
    if (!text.startsWith(opening)) throw new DecodeError(`${opening} must stand here`, 0);
    return text.slice(opening.length).trimStart();
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
