/** Custom properties and `var()` (CSS Variables 1). */
import { maxVariableText } from "../limits.ts";
import { commentEnd, stringEnd } from "./declarations.ts";

/** Functions within functions, and properties that refer to one another. */
const maxDepth = 16;

/** The custom properties of an element: its own, then those that it inherits. */
export class Variables {
  readonly #own: Map<string, string | null>;
  readonly #outer: Variables | null;

  /** @param own values as declared; null for one that is invalid on purpose (`initial`) */
  constructor(own: ReadonlyMap<string, string | null>, outer: Variables | null) {
    this.#own = new Map();
    this.#outer = outer;
    for (const name of own.keys()) this.#resolve(name, own, 0);
  }

  /** undefined where there is none, or it is invalid. */
  get(name: string): string | undefined {
    for (let at: Variables | null = this; at !== null; at = at.#outer) {
      const value = at.#own.get(name);
      if (value !== undefined) return value ?? undefined;
    }
    return undefined;
  }

  /** A value that refers to itself, however far around, is invalid. */
  #resolve(name: string, own: ReadonlyMap<string, string | null>, depth: number) {
    const known = this.#own.get(name);
    if (known !== undefined) return known ?? undefined;
    const declared = own.get(name);
    if (declared === undefined) return this.#outer?.get(name);
    this.#own.set(name, null);
    if (declared === null || depth > maxDepth) return undefined;
    const inner = (other: string) => this.#resolve(other, own, depth + 1);
    const value = substitute(declared, inner);
    this.#own.set(name, value ?? null);
    return value;
  }
}

export function hasVariable(value: string): boolean {
  return value.includes("var(") || /\bvar\(/i.test(value);
}

/**
 * The value with every `var()` replaced; undefined where one has neither a value nor a fallback, or
 * where the value becomes too long.
 */
export function substitute(
  value: string,
  lookup: (name: string) => string | undefined,
  depth = 0,
): string | undefined {
  if (!hasVariable(value)) return value;
  if (depth > maxDepth || value.length > maxVariableText) return undefined;
  let text = "";
  let from = 0;
  const call = /(?<![\w-])var\(/gi;
  for (let found = call.exec(value); found !== null; found = call.exec(value)) {
    const open = found.index + found[0].length;
    const close = bracketEnd(value, open);
    const inside = value.slice(open, close);
    const comma = inside.indexOf(",");
    const name = (comma < 0 ? inside : inside.slice(0, comma)).trim();
    const known = name.startsWith("--") ? lookup(name) : undefined;
    const fallback = comma < 0 || known !== undefined ? undefined : inside.slice(comma + 1).trim();
    const chosen =
      known ?? (fallback === undefined ? undefined : substitute(fallback, lookup, depth + 1));
    if (chosen === undefined) return undefined;
    // White space keeps what stands beside it from growing into one word.
    text += `${value.slice(from, found.index)} ${chosen} `;
    if (text.length > maxVariableText) return undefined;
    from = close + 1;
    call.lastIndex = from;
  }
  return (text + value.slice(from)).trim();
}

/** Index of the bracket that closes one which was opened before `from`. */
function bracketEnd(text: string, from: number): number {
  let depth = 1;
  for (let i = from; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 40) depth++;
    else if (c === 41 && --depth === 0) return i;
    else if (c === 34 || c === 39) i = stringEnd(text, i);
    else if (c === 47 && text.charCodeAt(i + 1) === 42) i = commentEnd(text, i);
  }
  return text.length;
}
