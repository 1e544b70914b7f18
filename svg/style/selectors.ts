/** Matches CSS selectors, read by css-what, against elements from right to left. */
import type { AttributeSelector, PseudoSelector, Selector } from "css-what";
import { compile, parse } from "nth-check";
import { attributeOf } from "../read/attributes.ts";
import type { XmlElement } from "../xml/element.ts";

/** Pseudo-classes that depend on what a user does: in a picture no one does. */
const dynamic = new Set(
  "hover active focus focus-within focus-visible visited link any-link target".split(" "),
);
const structural = new Set(
  "root first-child last-child only-child first-of-type last-of-type only-of-type empty".split(" "),
);
const nested = new Set(["not", "is", "where", "matches"]);
const counting = new Set(["nth-child", "nth-last-child", "nth-of-type", "nth-last-of-type"]);

/** A pseudo-class that stands for the selectors of the rule around. */
export const parentPseudo = "-pathloom-parent";

/** Whether every part of a selector is understood. */
export function isSupportedSelector(tokens: readonly Selector[]): boolean {
  return tokens.every((token) => {
    switch (token.type) {
      case "pseudo-element":
      case "parent":
      case "column-combinator":
        return false;
      case "pseudo":
        if (dynamic.has(token.name) || structural.has(token.name)) return true;
        if (token.name === parentPseudo) return true;
        if (counting.has(token.name)) return formulaOf(token) !== undefined;
        return (
          nested.has(token.name) &&
          Array.isArray(token.data) &&
          token.data.every(isSupportedSelector)
        );
      default:
        return true;
    }
  });
}

/** The selector's weight; larger wins (Selectors 4, section 17). */
export function specificityOf(tokens: readonly Selector[]): number {
  return tokens.reduce((sum, token) => sum + weightOf(token), 0);
}

const weights = { id: 1_000_000, attribute: 1_000, tag: 1 };

function weightOf(token: Selector): number {
  switch (token.type) {
    case "tag":
      return weights.tag;
    case "attribute":
      return idOf(token) !== undefined ? weights.id : weights.attribute;
    case "pseudo":
      if (!nested.has(token.name)) return weights.attribute;
      if (token.name === "where" || !Array.isArray(token.data)) return 0;
      return weightiest(token.data);
    default:
      return 0;
  }
}

/** Kept, as rules within one rule all refer to its list. */
const known = new WeakMap<readonly Selector[][], number>();

function weightiest(list: readonly Selector[][]): number {
  let most = known.get(list);
  if (most === undefined) {
    most = list.reduce((weight, tokens) => Math.max(weight, specificityOf(tokens)), 0);
    known.set(list, most);
  }
  return most;
}

/** Whether a place counted from 1 is one of `an+b`. */
type Formula = (place: number) => boolean;

const formulas = new WeakMap<PseudoSelector, Formula | null>();

/** undefined where it is none, or one with `of`. */
function formulaOf(token: PseudoSelector): Formula | undefined {
  let formula = formulas.get(token);
  if (formula === undefined) {
    formula = typeof token.data === "string" ? parseFormula(token.data) : null;
    formulas.set(token, formula);
  }
  return formula ?? undefined;
}

function parseFormula(text: string): Formula | null {
  try {
    const check = compile(parse(text));
    return (place) => check(place - 1);
  } catch {
    // nth-check throws plain errors for what is no formula.
    return null;
  }
}

/** The id that the token asks for. */
export function idOf(token: Selector): string | undefined {
  const asks = token.type === "attribute" && token.name === "id" && token.action === "equals";
  return asks ? token.value : undefined;
}

/** The class that the token asks for. */
export function classOf(token: Selector): string | undefined {
  const asks = token.type === "attribute" && token.name === "class" && token.action === "element";
  return asks ? token.value : undefined;
}

/** @param spend called with 1 for every element tried; it throws when there were too many */
export function matches(
  element: XmlElement,
  tokens: readonly Selector[],
  spend: (count: number) => void,
): boolean {
  return matchesUpTo(element, tokens, tokens.length - 1, spend);
}

/** Whether the tokens up to `last` match with the element as their subject. */
function matchesUpTo(
  element: XmlElement,
  tokens: readonly Selector[],
  last: number,
  spend: (count: number) => void,
): boolean {
  spend(1);
  let i = last;
  for (; i >= 0; i--) {
    const token = tokens[i]!;
    switch (token.type) {
      case "descendant":
        for (let at = element.parent; at !== null; at = at.parent) {
          if (matchesUpTo(at, tokens, i - 1, spend)) return true;
        }
        return false;
      case "child":
        return element.parent !== null && matchesUpTo(element.parent, tokens, i - 1, spend);
      case "adjacent": {
        const before = element.parent?.children[element.index - 1];
        return before !== undefined && matchesUpTo(before, tokens, i - 1, spend);
      }
      case "sibling":
        for (let at = 0; at < element.index; at++) {
          if (matchesUpTo(element.parent!.children[at]!, tokens, i - 1, spend)) return true;
        }
        return false;
      default:
        if (!matchesSimple(element, token, spend)) return false;
    }
  }
  return true;
}

function matchesSimple(
  element: XmlElement,
  token: Selector,
  spend: (count: number) => void,
): boolean {
  switch (token.type) {
    case "universal":
      return true;
    case "tag":
      return element.name === token.name;
    case "attribute":
      return matchesAttribute(element, token);
    case "pseudo":
      return matchesPseudo(element, token, spend);
    default:
      return false;
  }
}

function matchesAttribute(element: XmlElement, token: AttributeSelector): boolean {
  const written = attributeOf(element, token.name);
  if (written === undefined) return token.action === "not";
  const fold = (text: string) => (token.ignoreCase === true ? text.toLowerCase() : text);
  const value = fold(written);
  const wanted = fold(token.value);
  switch (token.action) {
    case "exists":
      return true;
    case "equals":
      return value === wanted;
    case "element":
      return wanted !== "" && value.split(/\s+/).includes(wanted);
    case "hyphen":
      return value === wanted || value.startsWith(`${wanted}-`);
    case "start":
      return wanted !== "" && value.startsWith(wanted);
    case "end":
      return wanted !== "" && value.endsWith(wanted);
    case "any":
      return wanted !== "" && value.includes(wanted);
    case "not":
      return value !== wanted;
    default:
      return false;
  }
}

function matchesPseudo(
  element: XmlElement,
  token: PseudoSelector,
  spend: (count: number) => void,
): boolean {
  const siblings = element.parent?.children ?? [element];
  const alike = () => {
    spend(siblings.length >> 3);
    return siblings.filter(({ name }) => name === element.name);
  };
  switch (token.name) {
    case "root":
      return element.parent === null;
    case "first-child":
      return siblings[0] === element;
    case "last-child":
      return siblings.at(-1) === element;
    case "only-child":
      return siblings.length === 1;
    case "first-of-type":
      return alike()[0] === element;
    case "last-of-type":
      return alike().at(-1) === element;
    case "only-of-type":
      return alike().length === 1;
    case "empty":
      return element.children.length === 0;
    case "nth-child":
      return counts(token, element.index + 1);
    case "nth-last-child":
      return counts(token, siblings.length - element.index);
    case "nth-of-type":
      return counts(token, alike().indexOf(element) + 1);
    case "nth-last-of-type":
      return counts(token, alike().reverse().indexOf(element) + 1);
    default: {
      if (!nested.has(token.name) || !Array.isArray(token.data)) return false;
      const any = token.data.some((tokens) => matches(element, tokens, spend));
      return token.name === "not" ? !any : any;
    }
  }
}

/** @param place from 1 */
function counts(token: PseudoSelector, place: number): boolean {
  return formulaOf(token)?.(place) ?? false;
}
