/** Which rules of a document's style sheets apply to an element, and in which order. */
import type { Selector } from "css-what";
import type { DropCounter } from "../drops.ts";
import { attributeOf } from "../read/attributes.ts";
import type { XmlElement } from "../xml/element.ts";
import type { RuleMatcher } from "./cascade.ts";
import { mediaHolds } from "./media.ts";
import { type Rule, RuleReader } from "./rules.ts";
import { classOf, idOf, matches } from "./selectors.ts";

/** Both are called with what is spent; they throw when there was too much. */
export interface StyleBudget {
  readonly rules: (count: number) => void;
  /** Selectors tried, and declarations made. */
  readonly tests: (count: number) => void;
}

/** @returns null where no rule is */
export function readStyleSheets(
  elements: readonly XmlElement[],
  drops: DropCounter,
  budget: StyleBudget,
): RuleMatcher | null {
  const reader = new RuleReader(drops, budget.rules);
  for (const element of elements) {
    const type = attributeOf(element, "type") ?? "text/css";
    if (!/^\s*(text\/css)?\s*$/i.test(type)) continue;
    const holds = mediaHolds(attributeOf(element, "media") ?? "");
    if (holds === null) drops.add("style-rule");
    if (holds === true) reader.read(element.text);
  }
  return reader.rules.length === 0 ? null : matcher(reader.rules, budget.tests);
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
