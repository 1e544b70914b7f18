/** What letters look like and how they are set: kept as written, for whoever has the fonts. */
import { parseLength } from "../read/length.ts";
import { initialStyle } from "./computed.ts";
import type { PropertyTarget, Setter } from "./setters.ts";
import { hasVariable } from "./variables.ts";

/** Properties that children take over. */
export const textProperties = [
  ...["font-family", "font-style", "font-weight", "font-stretch", "font-variant"],
  ...["letter-spacing", "word-spacing", "text-anchor", "direction", "writing-mode"],
  ...["dominant-baseline", "font-kerning", "kerning", "text-rendering"],
] as const;

type TextProperty = (typeof textProperties)[number];

/** Those that an element alone has; its attributes of these names are read with it. */
export const ownTextProperties = ["text-decoration", "baseline-shift", "alignment-baseline"];

export function textSetter(name: TextProperty): Setter {
  return (target, value) => {
    if (hasVariable(value)) return false;
    setText(target, name, computed(name, value.trim(), target));
    return true;
  };
}

/** @param from the style whose value it takes */
export function takeText(
  { inherited }: PropertyTarget,
  name: TextProperty,
  from: PropertyTarget["parent"]["inherited"] = initialStyle,
): void {
  const text = new Map(inherited.text ?? []);
  const value = from.text?.get(name);
  if (value === undefined) text.delete(name);
  else text.set(name, value);
  inherited.text = text;
}

function setText({ inherited }: PropertyTarget, name: TextProperty, value: string): void {
  inherited.text = new Map(inherited.text ?? []).set(name, value);
}

/** Lengths in user units, and weights as numbers, as children take over what these come to. */
function computed(
  name: TextProperty,
  value: string,
  { inherited, parent }: PropertyTarget,
): string {
  if (name === "letter-spacing" || name === "word-spacing") {
    const { units } = inherited;
    return String(parseLength(value, units.em, units) ?? 0);
  }
  if (name !== "font-weight" || !/^(bolder|lighter)$/i.test(value)) return value;
  const outer = weightOf(parent.inherited.text?.get("font-weight") ?? "normal");
  const heavier = value.toLowerCase() === "bolder";
  if (heavier) return outer < 350 ? "400" : outer < 550 ? "700" : "900";
  return outer < 550 ? "100" : outer < 750 ? "400" : "700";
}

function weightOf(value: string): number {
  const word = value.toLowerCase();
  if (word === "normal") return 400;
  return word === "bold" ? 700 : Number(word) || 400;
}

/**
 * What the shorthand `font` says besides the size.
 * @param words of its value
 * @param size the place of the size among them
 */
export function setFontWords(target: PropertyTarget, words: readonly string[], size: number): void {
  const before = words.slice(0, size).map((word) => word.toLowerCase());
  const said = (pattern: RegExp) => before.find((word) => pattern.test(word)) ?? "normal";
  setText(target, "font-style", said(/^(italic|oblique)$/));
  setText(target, "font-variant", said(/^small-caps$/));
  setText(
    target,
    "font-weight",
    computed("font-weight", said(/^(bold|bolder|lighter|[1-9]\d{0,3})$/), target),
  );
  setText(target, "font-family", words.slice(size + 1).join(" "));
}
