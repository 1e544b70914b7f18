/** Style sheets: their rules, and which of these apply to an element in which order. */
import { parse, type Selector } from "css-what";
import type { DropCounter } from "../drops.ts";
import { maxMediaNesting, maxSelectorLength } from "../limits.ts";
import { attributeOf } from "../read/attributes.ts";
import type { XmlElement } from "../xml/scan.ts";
import type { RuleMatcher } from "./cascade.ts";
import {
  commentEnd,
  type Declaration,
  parseDeclarations,
  stringEnd,
  withoutComments,
} from "./declarations.ts";
import { classOf, idOf, isSupportedSelector, matches, specificityOf } from "./selectors.ts";

interface Rule {
  readonly selector: readonly Selector[];
  readonly specificity: number;
  readonly order: number;
  readonly declarations: readonly Declaration[];
}

/**
 * @param spend called with every count of selectors tried and of declarations made; it throws when
 *   there were too many
 * @returns null where no rule is
 */
export function readStyleSheets(
  elements: readonly XmlElement[],
  drops: DropCounter,
  spend: (count: number) => void,
): RuleMatcher | null {
  const rules: Rule[] = [];
  for (const element of elements) {
    const type = attributeOf(element, "type") ?? "text/css";
    if (/^\s*(text\/css)?\s*$/i.test(type)) readRules(element.text, rules, drops, 0);
  }
  return rules.length === 0 ? null : matcher(rules, spend);
}

function readRules(text: string, rules: Rule[], drops: DropCounter, depth: number): void {
  let from = 0;
  while (from < text.length) {
    const open = blockStart(text, from);
    const prelude = cleanPrelude(text.slice(from, open));
    const statement = text.charCodeAt(open) !== 123;
    const close = statement ? open : blockEnd(text, open);
    const block = statement ? "" : text.slice(open + 1, close);
    if (prelude.startsWith("@")) readAtRule(prelude, block, rules, drops, depth);
    else if (!statement) readRule(prelude, block, rules, drops);
    from = close + 1;
  }
}

/** Without comments, and without the brackets of an HTML comment, which style sheets may hold. */
function cleanPrelude(text: string): string {
  return withoutComments(text).replaceAll("<!--", "").replaceAll("-->", "").trim();
}

/** Index of the brace or semicolon that ends what stands before a block. */
function blockStart(text: string, from: number): number {
  for (let i = from; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 123 || c === 59) return i;
    i = skipOver(text, i, c);
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

/** The last index of the string or comment that begins at `i`, else `i`. */
function skipOver(text: string, i: number, c: number): number {
  if (c === 34 || c === 39) return stringEnd(text, i);
  return c === 47 && text.charCodeAt(i + 1) === 42 ? commentEnd(text, i) : i;
}

function readAtRule(
  prelude: string,
  block: string,
  rules: Rule[],
  drops: DropCounter,
  depth: number,
): void {
  const name = /^@(?:-\w+-)?([\w-]*)/.exec(prelude)?.[1] ?? "";
  switch (name) {
    case "media":
      // Conditions on the screen's size or colours have no answer here.
      if (/^@media\s+(all|screen|only screen)$/i.test(prelude) && depth < maxMediaNesting) {
        readRules(block, rules, drops, depth + 1);
      } else drops.add("style-rule");
      break;
    case "import":
      drops.add("external-reference");
      break;
    case "keyframes":
      drops.add("animation");
      break;
    case "charset":
    case "namespace":
    case "font-face":
    case "page":
      break;
    default:
      drops.add("style-rule");
  }
}

function readRule(prelude: string, block: string, rules: Rule[], drops: DropCounter): void {
  const selectors = parseSelectors(prelude);
  if (selectors === undefined) {
    drops.add("style-rule");
    return;
  }
  const declarations = parseDeclarations(block);
  for (const selector of selectors) {
    const specificity = specificityOf(selector);
    rules.push({ selector, specificity, order: rules.length, declarations });
  }
}

/** undefined where one is faulty or not understood, as CSS then ignores the whole rule. */
function parseSelectors(text: string): Selector[][] | undefined {
  if (text.length > maxSelectorLength) return undefined;
  try {
    const selectors = parse(text);
    return selectors.every(isSupportedSelector) ? selectors : undefined;
  } catch {
    // css-what throws plain errors for what is no selector.
    return undefined;
  }
}

/** Rules are looked up by an id, class or name that their last part asks for. */
function matcher(rules: readonly Rule[], spend: (count: number) => void): RuleMatcher {
  const byKey = new Map<string, Rule[]>();
  for (const rule of rules) {
    const key = keyOf(rule.selector);
    const known = byKey.get(key);
    if (known === undefined) byKey.set(key, [rule]);
    else known.push(rule);
  }
  return (element) => {
    const found: Rule[] = [];
    const collect = (key: string) => {
      for (const rule of byKey.get(key) ?? []) {
        if (matches(element, rule.selector, spend)) found.push(rule);
      }
    };
    collect("*");
    collect(element.name);
    const id = attributeOf(element, "id");
    if (id !== undefined) collect(`#${id}`);
    const classes = attributeOf(element, "class");
    if (classes !== undefined) {
      for (const name of new Set(classes.split(/\s+/))) collect(`.${name}`);
    }
    found.sort((a, b) => a.specificity - b.specificity || a.order - b.order);
    spend(found.reduce((sum, { declarations }) => sum + declarations.length, 0));
    return found.flatMap(({ declarations }) => declarations);
  };
}

function keyOf(selector: readonly Selector[]): string {
  let key = "*";
  for (let i = selector.length - 1; i >= 0; i--) {
    const token = selector[i]!;
    const id = idOf(token);
    if (id !== undefined) return `#${id}`;
    const name = classOf(token);
    if (name !== undefined) key = `.${name}`;
    else if (token.type === "tag" && key === "*") key = token.name;
    else if (isCombinator(token)) break;
  }
  return key;
}

function isCombinator({ type }: Selector): boolean {
  return type === "descendant" || type === "child" || type === "sibling" || type === "adjacent";
}
