/**
 * Regular expressions of tokenizer files, written for Oniguruma, as JavaScript ones. Both agree on
 * most of what such files use; rewritten are white space (JavaScript's `\s` is not Unicode's),
 * digits and words, escapes of plain characters, `(?i:…)` and possessive quantifiers. Look-behind
 * and groups pass through; what has no counterpart is refused.
 */
import { unsupported } from "./json.ts";
import { refuseCostly } from "./regex-cost.ts";

const space = "\\p{White_Space}";
const classes: Readonly<Record<string, string>> = {
  s: space,
  S: "\\P{White_Space}",
  d: "\\p{Nd}",
  D: "\\P{Nd}",
  w: "[\\p{L}\\p{M}\\p{N}\\p{Pc}]",
  W: "[^\\p{L}\\p{M}\\p{N}\\p{Pc}]",
};
/** What `\w` is within brackets. */
const wordMembers = "\\p{L}\\p{M}\\p{N}\\p{Pc}";
const syntaxCharacters = new Set("^$\\.*+?()[]{}|/");
const controlEscapes = new Set("rntfv0");

/** @throws BaseTokenizerError when the pattern has no counterpart, or could take forever to match. */
export function translateRegex(pattern: string, place: string): RegExp {
  refuseCostly(pattern, place);
  const source = new RegexTranslator(pattern, place).translate();
  try {
    return new RegExp(source, "gu");
  } catch (error) {
    if (error instanceof SyntaxError) throw unsupported(place, `the pattern ${pattern}`);
    throw error;
  }
}

/** A regular expression that matches just this text. */
export function literalRegex(text: string): RegExp {
  return new RegExp(text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&"), "gu");
}

class RegexTranslator {
  readonly #pattern: string;
  readonly #place: string;
  #at = 0;
  #out = "";
  #possessives = 0;
  /** Whether letters match both cases, for each open group. */
  readonly #groups: { readonly start: number; readonly ignoreCase: boolean }[] = [];

  constructor(pattern: string, place: string) {
    this.#pattern = pattern;
    this.#place = place;
  }

  translate(): string {
    while (this.#at < this.#pattern.length) {
      const start = this.#out.length;
      const atom = this.#atom();
      if (atom !== undefined) this.#quantifier(atom === "group" ? this.#closed : start);
    }
    return this.#out;
  }

  /** Where in the output the group began that was closed last. */
  #closed = 0;

  get #ignoreCase(): boolean {
    return this.#groups.at(-1)?.ignoreCase ?? false;
  }

  /** Copies the next part; says what it was when a quantifier may follow. */
  #atom(): "plain" | "group" | undefined {
    const character = this.#next();
    switch (character) {
      case "\\":
        this.#out += this.#escape(false);
        return "plain";
      case "[":
        this.#class();
        return "plain";
      case "(":
        this.#open();
        return undefined;
      case ")": {
        const group = this.#groups.pop();
        if (group === undefined) throw this.#refusal();
        this.#out += ")";
        this.#closed = group.start;
        return "group";
      }
      case "|":
      case "^":
      case "$":
        this.#out += character;
        return undefined;
      case ".":
        this.#out += character;
        return "plain";
      default:
        this.#out += this.#ignoreCase ? eitherCase(character) : character;
        return "plain";
    }
  }

  #open(): void {
    const flags = /^\?(-?i?):/.exec(this.#rest);
    const start = this.#out.length;
    if (flags !== null) {
      this.#at += flags[0].length;
      const inherited = this.#ignoreCase;
      const ignoreCase = flags[1] === "i" || (inherited && flags[1] !== "-i");
      this.#groups.push({ start, ignoreCase });
      this.#out += "(?:";
      return;
    }
    const kind = /^\?(?:<?[=!])/.exec(this.#rest)?.[0] ?? "";
    if (kind === "" && this.#rest.startsWith("?")) throw this.#refusal();
    this.#at += kind.length;
    this.#groups.push({ start, ignoreCase: this.#ignoreCase });
    this.#out += `(${kind === "" ? "?:" : kind}`;
  }

  #quantifier(start: number): void {
    const quantifier = /^(?:[*+?]|\{\d+(?:,\d*)?\})/.exec(this.#rest)?.[0];
    if (quantifier === undefined) return;
    this.#at += quantifier.length;
    const mode = this.#rest[0];
    if (mode === "?" || mode === "+") this.#at++;
    if (mode !== "+") {
      this.#out += quantifier + (mode === "?" ? mode : "");
      return;
    }
    // A possessive repetition never gives back: what a look-ahead captured is then taken whole.
    const name = `possessive${this.#possessives++}`;
    const atom = this.#out.slice(start);
    this.#out = `${this.#out.slice(0, start)}(?=(?<${name}>${atom}${quantifier}))\\k<${name}>`;
  }

  #class(): void {
    this.#out += "[";
    if (this.#rest.startsWith("^")) this.#out += this.#next();
    for (;;) {
      const character = this.#next();
      if (character === "[" || (character === "&" && this.#rest.startsWith("&"))) {
        throw this.#refusal();
      }
      if (character === "]") break;
      if (character === "\\") this.#out += this.#escape(true);
      else if (this.#ignoreCase && /[a-z]/i.test(character)) throw this.#refusal();
      else this.#out += character;
    }
    this.#out += "]";
  }

  #escape(inClass: boolean): string {
    const character = this.#next();
    if (character === "p" || character === "P") return this.#property(character);
    if (inClass && character === "w") return wordMembers;
    if (inClass && character === "W") throw this.#refusal();
    const known = classes[character];
    if (known !== undefined) return known;
    if (syntaxCharacters.has(character) || (inClass && character === "-")) return `\\${character}`;
    if (controlEscapes.has(character)) return `\\${character}`;
    if (character === "x" || character === "u") return this.#codePoint(character);
    if (/[A-Za-z0-9]/.test(character)) throw this.#refusal();
    return character;
  }

  #codePoint(kind: "x" | "u"): string {
    const hex = /^(?:\{([0-9A-Fa-f]+)\}|([0-9A-Fa-f]{2}(?:[0-9A-Fa-f]{2})?))/.exec(this.#rest);
    const digits = hex?.[1] ?? hex?.[2]?.slice(0, kind === "x" ? 2 : 4);
    if (digits === undefined) throw this.#refusal();
    this.#at += hex?.[1] === undefined ? digits.length : digits.length + 2;
    return `\\u{${digits}}`;
  }

  /** `\p{Han}` is a script; JavaScript wants to be told. */
  #property(letter: "p" | "P"): string {
    const body = /^\{(\^?)(\w+(?:=\w+)?)\}/.exec(this.#rest);
    const name = body?.[2];
    if (body === null || name === undefined) throw this.#refusal();
    this.#at += body[0].length;
    const sign = body[1] === "^" ? (letter === "p" ? "P" : "p") : letter;
    for (const candidate of [name, `Script=${name}`]) {
      const property = `\\${sign}{${candidate}}`;
      if (isRegex(property)) return property;
    }
    throw this.#refusal();
  }

  get #rest(): string {
    return this.#pattern.slice(this.#at);
  }

  #next(): string {
    const point = this.#pattern.codePointAt(this.#at);
    if (point === undefined) throw this.#refusal();
    const character = String.fromCodePoint(point);
    this.#at += character.length;
    return character;
  }

  #refusal() {
    return unsupported(this.#place, `the pattern ${this.#pattern}`);
  }
}

function isRegex(source: string): boolean {
  try {
    new RegExp(source, "u");
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

/** Unicode's simple case folding, of which two Latin letters have a third member. */
function eitherCase(character: string): string {
  const lower = character.toLowerCase();
  const upper = character.toUpperCase();
  if (lower === upper) return character;
  const third = lower === "s" ? "\u017f" : lower === "k" ? "\u212a" : "";
  return `[${lower}${upper}${third}]`;
}
