/**
 * Computes the style of an element: presentation attributes, then style sheets by specificity, then
 * the style attribute, and the important ones of both again (CSS Cascade 4, section 6).
 */
import type { DropCounter } from "../drops.ts";
import type { XmlElement } from "../xml/scan.ts";
import { type InheritedStyle, initialOwn, type OwnStyle } from "./computed.ts";
import { type Declaration, parseDeclarations } from "./declarations.ts";
import { geometryProperties, type Property, propertyNamed } from "./properties.ts";
import type { PropertyTarget } from "./setters.ts";

export interface ElementStyle {
  readonly inherited: Readonly<InheritedStyle>;
  readonly own: Readonly<OwnStyle>;
}

/** Finds the declarations of style sheets for an element, weakest first. */
export type RuleMatcher = (element: XmlElement) => readonly Declaration[];

/**
 * An element that sets nothing has its parent's style object itself, which makes styles comparable
 * by address.
 */
export function computeStyle(
  element: XmlElement,
  parent: Readonly<InheritedStyle>,
  rules: RuleMatcher | null,
  diagonal: number,
  drops: DropCounter,
): ElementStyle {
  const { attributes } = element;
  const target: MutableTarget = { inherited: parent, own: initialOwn, parent, diagonal, drops };
  let inline = "";
  for (let i = 0; i < attributes.length; i += 2) {
    const name = attributes[i]!;
    if (name === "style") inline = attributes[i + 1]!;
    else {
      const property = propertyNamed(name);
      if (property !== undefined) setProperty(target, property, attributes[i + 1]!);
      else if (name.charCodeAt(0) === 111 && name.charCodeAt(1) === 110) drops.add("script");
    }
  }
  if (rules !== null || inline !== "") {
    const matched = rules?.(element) ?? [];
    const declared = inline === "" ? [] : parseDeclarations(inline);
    applyDeclarations(target, matched, false);
    applyDeclarations(target, declared, false);
    applyDeclarations(target, matched, true);
    applyDeclarations(target, declared, true);
  }
  return target;
}

/** Its styles are shared until something is set. */
interface MutableTarget {
  inherited: Readonly<InheritedStyle>;
  own: Readonly<OwnStyle>;
  readonly parent: Readonly<InheritedStyle>;
  readonly diagonal: number;
  readonly drops: DropCounter;
}

function setProperty(target: MutableTarget, property: Property, value: string): void {
  if (property.inherited) {
    if (target.inherited === target.parent) target.inherited = target.parent.copy();
  } else if (target.own === initialOwn) target.own = initialOwn.copy();
  if (!property.set(target as PropertyTarget, value)) target.drops.add("invalid-value");
}

function applyDeclarations(
  target: MutableTarget,
  declarations: readonly Declaration[],
  important: boolean,
): void {
  for (const declaration of declarations) {
    if (declaration.important !== important) continue;
    const { name } = declaration;
    const property = propertyNamed(name) ?? geometryProperties.get(name);
    if (property !== undefined) setProperty(target, property, declaration.value);
  }
}
