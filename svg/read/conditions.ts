/** Conditional processing (SVG 2, section 5.9). */
import { attributeMarks, type XmlElement } from "../xml/element.ts";
import { attributeOf } from "./attributes.ts";

/**
 * Whether an element is drawn where `switch`, or anything else, asks for its conditions: no
 * extension is known, and the language is English.
 */
export function meetsConditions(element: XmlElement): boolean {
  if ((element.marks & attributeMarks.condition) === 0) return true;
  if (attributeOf(element, "requiredExtensions") !== undefined) return false;
  const languages = attributeOf(element, "systemLanguage") ?? "en";
  return languages.split(",").some((tag) => /^\s*en\b/i.test(tag));
}
