/**
 * A JSON parser for files that strangers wrote (safetensors headers, shard indexes, manifests).
 *
 * It accepts exactly RFC 8259 and refuses what `JSON.parse` lets through and what lets two readers
 * see two different files: repeated keys, lone surrogates, unbounded nesting. Objects have no
 * prototype, so a key named `__proto__` is a key like any other. Every refusal has its line and
 * column.
 */
import { PathloomError } from "../../errors/index.ts";

export type JsonValue = null | boolean | number | string | JsonValue[] | JsonObject;

export interface JsonObject {
  [key: string]: JsonValue;
}

/** Whether a value is a JSON object (not an array, not null). */
export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export type JsonFault = "syntax" | "duplicate-key" | "depth" | "number-range";

/** Text that is not acceptable JSON. `line` and `column` count from 1. */
export class JsonError extends PathloomError {
  override readonly name: string = "JsonError";
  override readonly code: string = "ERR_JSON";
  readonly fault: JsonFault;
  readonly line: number;
  readonly column: number;

  constructor(fault: JsonFault, reason: string, text: string, offset: number) {
    const before = text.slice(0, offset).split("\n");
    const line = before.length;
    const column = before.at(-1)!.length + 1;
    super(`${reason} at line ${line}, column ${column}`);
    this.fault = fault;
    this.line = line;
    this.column = column;
  }
}

export interface JsonLimits {
  /** Deepest nesting of arrays and objects; serde_json's, and so the reference reader's, is 128. */
  readonly maxDepth?: number;
  /** Refuse fractions, exponents, signs and integers that a double cannot hold. */
  readonly naturalNumbersOnly?: boolean;
}

const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const NATURAL = /^(?:0|[1-9][0-9]*)$/;
const LONE_SURROGATE = /\p{Surrogate}/u;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Parses `text`.
 * @throws {JsonError} when the text is not JSON, repeats a key, or passes a limit
 */
export function parseStrictJson(text: string, limits: JsonLimits = {}): JsonValue {
  return new Parser(text, limits).document();
}

class Parser {
  readonly #text: string;
  readonly #maxDepth: number;
  readonly #naturalsOnly: boolean;
  #at = 0;

  constructor(text: string, limits: JsonLimits) {
    this.#text = text;
    this.#maxDepth = limits.maxDepth ?? 128;
    this.#naturalsOnly = limits.naturalNumbersOnly ?? false;
  }

  document(): JsonValue {
    const value = this.#value(0);
    this.#skipSpace();
    if (this.#at < this.#text.length) this.#fail("syntax", "unexpected text after the value");
    return value;
  }

  #fail(fault: JsonFault, reason: string, offset = this.#at): never {
    throw new JsonError(fault, reason, this.#text, offset);
  }

  #skipSpace(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
      this.#at++;
    }
  }

  #accept(character: string): boolean {
    this.#skipSpace();
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #expect(character: string): void {
    if (!this.#accept(character)) {
      const found = this.#text[this.#at];
      const instead = found === undefined ? "the end of the text" : JSON.stringify(found);
      this.#fail("syntax", `expected ${JSON.stringify(character)}, found ${instead}`);
    }
  }

  #value(depth: number): JsonValue {
    this.#skipSpace();
    const first = this.#text[this.#at];
    switch (first) {
      case "{":
        return this.#object(depth + 1);
      case "[":
        return this.#array(depth + 1);
      case '"':
        return this.#string();
      case "t":
        return this.#word("true", true);
      case "f":
        return this.#word("false", false);
      case "n":
        return this.#word("null", null);
      case undefined:
        return this.#fail("syntax", "expected a value, found the end of the text");
      default:
        return this.#number();
    }
  }

  #enter(depth: number): void {
    if (depth > this.#maxDepth) {
      this.#fail("depth", `nested more than ${this.#maxDepth} levels deep`);
    }
    this.#at++;
  }

  #object(depth: number): JsonObject {
    this.#enter(depth);
    const object: JsonObject = Object.create(null);
    if (this.#accept("}")) return object;
    do {
      this.#skipSpace();
      const keyAt = this.#at;
      if (this.#text.charCodeAt(keyAt) !== QUOTE) this.#fail("syntax", "expected a key in quotes");
      const key = this.#string();
      if (key in object) {
        this.#fail("duplicate-key", `the key ${JSON.stringify(key)} appears twice`, keyAt);
      }
      this.#expect(":");
      object[key] = this.#value(depth);
    } while (this.#accept(","));
    this.#expect("}");
    return object;
  }

  #array(depth: number): JsonValue[] {
    this.#enter(depth);
    const array: JsonValue[] = [];
    if (this.#accept("]")) return array;
    do {
      array.push(this.#value(depth));
    } while (this.#accept(","));
    this.#expect("]");
    return array;
  }

  #string(): string {
    const start = this.#at;
    let end = start + 1;
    let escaped = false;
    for (; ; end++) {
      const code = this.#text.charCodeAt(end);
      if (code === QUOTE) break;
      if (Number.isNaN(code)) this.#fail("syntax", "a string without its closing quote", start);
      if (code < 0x20) this.#fail("syntax", "a control character inside a string", end);
      if (code === BACKSLASH) {
        escaped = true;
        end++;
      }
    }
    this.#at = end + 1;
    if (!escaped) return this.#text.slice(start + 1, end);
    return this.#unescape(start, end + 1);
  }

  #unescape(start: number, end: number): string {
    let value: string;
    try {
      value = JSON.parse(this.#text.slice(start, end)) as string;
    } catch {
      return this.#fail("syntax", "a malformed escape in a string", start);
    }
    if (LONE_SURROGATE.test(value)) {
      this.#fail("syntax", "a lone surrogate escape in a string", start);
    }
    return value;
  }

  #word<T extends JsonValue>(word: string, value: T): T {
    if (!this.#text.startsWith(word, this.#at)) this.#fail("syntax", "expected a value");
    this.#at += word.length;
    return value;
  }

  #number(): number {
    const start = this.#at;
    NUMBER.lastIndex = start;
    const token = NUMBER.exec(this.#text)?.[0];
    if (token === undefined) return this.#fail("syntax", "expected a value");
    this.#at += token.length;
    const value = Number(token);
    if (!Number.isFinite(value)) this.#fail("number-range", `the number ${token} overflows`, start);
    if (this.#naturalsOnly) {
      if (!NATURAL.test(token)) {
        this.#fail("syntax", `expected a whole number, found ${token}`, start);
      }
      if (!Number.isSafeInteger(value)) {
        this.#fail("number-range", `the number ${token} is beyond 2^53 - 1`, start);
      }
    }
    return value;
  }
}
