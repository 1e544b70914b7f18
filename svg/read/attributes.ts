/** Looks up what an element says. */
import type { XmlElement } from "../xml/element.ts";

export function attributeOf(element: XmlElement, name: string): string | undefined {
  const { attributes } = element;
  for (let i = 0; i < attributes.length; i += 2) {
    if (attributes[i] === name) return attributes[i + 1];
  }
  return undefined;
}

/** The target of `href`, which goes before the older `xlink:href`. */
export function hrefOf(element: XmlElement): string | undefined {
  return attributeOf(element, "href") ?? attributeOf(element, "xlink:href");
}
