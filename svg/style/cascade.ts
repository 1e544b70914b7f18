/**
 * Computes the style of an element: presentation attributes, then style sheets by specificity, then
 * the style attribute, and the important ones of both again (CSS Cascade 4, section 6).
 */
import type { DropCounter } from "../drops.ts";
import { attributeOf } from "../read/attributes.ts";
import { attributeMarks, type XmlElement } from "../xml/element.ts";
import { type ElementStyle, type InheritedStyle, initialOwn, type OwnStyle } from "./computed.ts";
import { type Declaration, parseDeclarations } from "./declarations.ts";
import { geometryProperties, type Property, propertyNamed } from "./properties.ts";
import type { Origin, PropertyTarget } from "./setters.ts";
import { hasVariable, substitute, Variables } from "./variables.ts";

/** Finds the declarations of style sheets for an element, weakest first. */
export type RuleMatcher = (element: XmlElement) => readonly Declaration[];

/**
 * An element that sets nothing has its parent's inherited style object itself, which makes styles
 * comparable by address.
 *
 * @param diagonal what percentages of lengths without direction are of
 */
export function computeStyle(
  element: XmlElement,
  parent: ElementStyle,
  rules: RuleMatcher | null,
  diagonal: number,
  drops: DropCounter,
): ElementStyle {
  const { attributes } = element;
  const target: MutableTarget = {
    inherited: parent.inherited,
    own: initialOwn,
    parent,
    diagonal,
    drops,
    origin: "attribute",
  };
  const { marks } = element;
  const inline = (marks & attributeMarks.style) === 0 ? "" : attributeOf(element, "style")!;
  const declared = rules === null && inline === "" ? null : cascaded(element, rules, inline);
  if (declared !== null) setVariables(target, declared);
  // Other lengths may be in units of the font's size.
  if ((marks & attributeMarks.fontSize) !== 0) {
    const size = attributeOf(element, "font-size")!;
    setProperty(target, propertyNamed("font-size")!, size, "attribute");
  }
  if (declared !== null) applyDeclarations(target, declared, true);
  for (let i = 0; i < attributes.length; i += 2) {
    const name = attributes[i]!;
    const property = propertyNamed(name);
    if (property !== undefined) {
      if (!sizesFont(name)) setProperty(target, property, attributes[i + 1]!, "attribute");
    } else if (name.charCodeAt(0) === 111 && name.charCodeAt(1) === 110) drops.add("script");
  }
  if (declared !== null) applyDeclarations(target, declared, false);
  return { inherited: target.inherited, own: target.own };
}

/** Its styles are shared until something is set. */
interface MutableTarget {
  inherited: Readonly<InheritedStyle>;
  own: Readonly<OwnStyle>;
  readonly parent: ElementStyle;
  readonly diagonal: number;
  readonly drops: DropCounter;
  origin: Origin;
}

interface Cascaded extends Declaration {
  readonly origin: Origin;
}

/** What is declared for an element, weakest first. */
function cascaded(element: XmlElement, rules: RuleMatcher | null, inline: string): Cascaded[] {
  const from = (declarations: readonly Declaration[], origin: Origin) =>
    declarations.map((each): Cascaded => ({ ...each, origin }));
  const all = [
    ...from(rules?.(element) ?? [], "sheet"),
    ...(inline === "" ? [] : from(parseDeclarations(inline), "inline")),
  ];
  const important = all.filter((each) => each.important);
  return important.length === 0 ? all : [...all.filter((each) => !each.important), ...important];
}

function setVariables(target: MutableTarget, declared: readonly Cascaded[]): void {
  let own: Map<string, string | null> | null = null;
  for (const { name, value } of declared) {
    if (!name.startsWith("--")) continue;
    own ??= new Map();
    const word = value.toLowerCase();
    if (word === "inherit" || word === "unset") own.delete(name);
    else own.set(name, word === "initial" ? null : value);
  }
  if (own === null || own.size === 0) return;
  const inherited = target.inherited.copy();
  inherited.variables = new Variables(own, inherited.variables);
  target.inherited = inherited;
}

function sizesFont(name: string): boolean {
  return name === "font-size" || name === "font";
}

function applyDeclarations(
  target: MutableTarget,
  declarations: readonly Cascaded[],
  fonts: boolean,
): void {
  for (const { name, value, origin } of declarations) {
    if (sizesFont(name) !== fonts) continue;
    const property = propertyNamed(name) ?? geometryProperties.get(name);
    if (property !== undefined) setProperty(target, property, value, origin);
  }
}

function setProperty(
  target: MutableTarget,
  property: Property,
  value: string,
  origin: Origin,
): void {
  if (property.inherited) {
    if (target.inherited === target.parent.inherited) target.inherited = target.inherited.copy();
  } else if (target.own === initialOwn) target.own = initialOwn.copy();
  target.origin = origin;
  const writable = target as PropertyTarget;
  if (property.set(writable, value)) return;
  if (hasVariable(value)) {
    const { variables } = target.inherited;
    const text = substitute(value, (name) => variables?.get(name));
    if (text !== undefined && property.set(writable, text)) return;
    property.unset(writable);
  }
  target.drops.add("invalid-value");
}
