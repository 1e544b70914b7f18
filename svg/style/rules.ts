/** Reads the rules of a style sheet, those within others too (CSS Syntax 3, CSS Nesting 1). */
import { parse, type Selector } from "css-what";
import type { DropCounter } from "../drops.ts";
import { maxRuleNesting, maxSelectorLength } from "../limits.ts";
import {
  commentEnd,
  type Declaration,
  parseDeclarations,
  stringEnd,
  withoutComments,
} from "./declarations.ts";
import { mediaHolds } from "./media.ts";
import { isSupportedSelector, parentPseudo, specificityOf } from "./selectors.ts";

export interface Rule {
  readonly selector: readonly Selector[];
  readonly specificity: number;
  readonly order: number;
  readonly declarations: readonly Declaration[];
}

/** What `&` stands for; null outside of every rule. */
type Parents = readonly Selector[][] | null;

export class RuleReader {
  readonly rules: Rule[] = [];
  readonly #drops: DropCounter;
  readonly #charge: (rules: number) => void;

  /** @param charge is called with every number of rules read; it throws when there are too many */
  constructor(drops: DropCounter, charge: (rules: number) => void) {
    this.#drops = drops;
    this.#charge = charge;
  }

  /** Appends to `rules`. */
  read(text: string): void {
    this.#block(text, null, 0);
  }

  #block(text: string, parents: Parents, depth: number): void {
    let declared = "";
    const flush = () => {
      if (parents !== null && declared !== "") this.#add(parents, parseDeclarations(declared));
      declared = "";
    };
    for (let from = 0; from < text.length; ) {
      const start = itemStart(text, from, parents === null);
      const end = itemEnd(text, start, parents !== null || text[start] === "@");
      const braced = text.charCodeAt(end) === 123;
      const close = braced ? blockEnd(text, end) : end;
      const prelude = text.slice(start, end);
      const custom = parents !== null && /^--[\w-]+\s*:/.test(prelude);
      from = close + 1;
      if (prelude.startsWith("@")) {
        const block = braced ? text.slice(end + 1, close) : null;
        // What follows a rule within another counts after it.
        flush();
        this.#atRule(withoutComments(prelude).trim(), block, parents, depth);
      } else if (braced && !custom) {
        flush();
        this.#rule(prelude, text.slice(end + 1, close), parents, depth);
      } else if (parents !== null) declared += `${text.slice(start, close + Number(custom))};`;
    }
    flush();
  }

  #atRule(prelude: string, block: string | null, parents: Parents, depth: number): void {
    const name = /^@(?:-\w+-)?([\w-]*)/.exec(prelude)?.[1]?.toLowerCase() ?? "";
    const condition = prelude.replace(/^@[\w-]*/, "");
    const nest = () => {
      if (block === null) return;
      if (depth < maxRuleNesting) this.#block(block, parents, depth + 1);
      else this.#drops.add("style-rule");
    };
    switch (name) {
      case "media": {
        const holds = mediaHolds(condition);
        if (holds === null) this.#drops.add("style-rule");
        if (holds === true) nest();
        break;
      }
      case "supports":
      case "layer":
        // Taken to hold, and to be as strong as the others: counted, as either may be wrong.
        this.#drops.add("style-rule");
        if (!/^\s*not\b/i.test(condition)) nest();
        break;
      case "import":
        this.#drops.add("external-reference");
        break;
      case "keyframes":
        this.#drops.add("animation");
        break;
      case "charset":
      case "namespace":
      case "font-face":
      case "page":
      case "property":
        break;
      default:
        this.#drops.add("style-rule");
    }
  }

  #rule(prelude: string, block: string, parents: Parents, depth: number): void {
    const selectors = depth < maxRuleNesting ? readSelectors(prelude, parents) : undefined;
    if (selectors === undefined) this.#drops.add("style-rule");
    else this.#block(block, selectors, depth + 1);
  }

  #add(selectors: readonly Selector[][], declarations: readonly Declaration[]): void {
    if (declarations.length === 0) return;
    this.#charge(selectors.length);
    for (const selector of selectors) {
      const specificity = specificityOf(selector);
      this.rules.push({ selector, specificity, order: this.rules.length, declarations });
    }
  }
}

/** Behind white space, comments, stray brackets and those of an HTML comment, which may stand there. */
function itemStart(text: string, from: number, outermost: boolean): number {
  let i = from;
  for (;;) {
    const c = text.charCodeAt(i);
    if (c === 32 || (c >= 9 && c <= 13) || c === 125 || (c === 59 && !outermost)) i++;
    else if (c === 47 && text.charCodeAt(i + 1) === 42) i = commentEnd(text, i) + 1;
    else if (outermost && text.startsWith("<!--", i)) i += 4;
    else if (outermost && text.startsWith("-->", i)) i += 3;
    else return i;
  }
}

/** Index of the brace that opens a block, or of the semicolon that ends what has none. */
function itemEnd(text: string, from: number, semicolons: boolean): number {
  let depth = 0;
  for (let i = from; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 123 || (c === 59 && semicolons && depth === 0)) return i;
    if (c === 40 || c === 91) depth++;
    else if ((c === 41 || c === 93) && depth > 0) depth--;
    else i = skipOver(text, i, c);
  }
  return text.length;
}

/** Index of the brace that closes the one at `open`. */
function blockEnd(text: string, open: number): number {
  let depth = 0;
  for (let i = open; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 123) depth++;
    else if (c === 125 && --depth === 0) return i;
    else i = skipOver(text, i, c);
  }
  return text.length;
}

/** The last index of the string, escape or comment that begins at `i`, else `i`. */
function skipOver(text: string, i: number, c: number): number {
  if (c === 34 || c === 39) return stringEnd(text, i);
  if (c === 92) return i + 1;
  return c === 47 && text.charCodeAt(i + 1) === 42 ? commentEnd(text, i) : i;
}

/** undefined where one is faulty or not understood, as CSS then ignores the whole rule. */
function readSelectors(written: string, parents: Parents): Selector[][] | undefined {
  const text = withoutComments(written).trim();
  if (text.length > maxSelectorLength) return undefined;
  try {
    const selectors = parse(
      splitSelectors(text)
        .map((each) => withParent(each, parents))
        .join(),
    );
    if (!selectors.every(isSupportedSelector)) return undefined;
    return selectors.map((tokens) => tokens.map((token) => placeParents(token, parents)));
  } catch {
    // css-what throws plain errors for what is no selector.
    return undefined;
  }
}

const skipped = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\\./gs;

function splitSelectors(text: string): string[] {
  // Strings are blanked out, so that places in both are the same.
  const plain = text.replace(skipped, (part) => " ".repeat(part.length));
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (let i = 0; i < plain.length; i++) {
    const c = plain[i];
    if (c === "(" || c === "[") depth++;
    else if (c === ")" || c === "]") depth--;
    else if (c === "," && depth === 0) {
      parts.push(text.slice(from, i));
      from = i + 1;
    }
  }
  return [...parts, text.slice(from)];
}

/** A selector within a rule that names no `&` begins with one. */
function withParent(selector: string, parents: Parents): string {
  const stand = parents === null ? ":root" : `:${parentPseudo}`;
  let named = false;
  const replaced = selector
    .trim()
    .replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\\.|&/gs, (part) => {
      if (part !== "&") return part;
      named = true;
      return stand;
    });
  if (named || parents === null) return replaced;
  return `${stand} ${replaced}`;
}

function placeParents(token: Selector, parents: Parents): Selector {
  if (token.type !== "pseudo") return token;
  if (token.name === parentPseudo) return { ...token, name: "is", data: parents as Selector[][] };
  if (!Array.isArray(token.data)) return token;
  const data = token.data.map((tokens) => tokens.map((each) => placeParents(each, parents)));
  return { ...token, data };
}
