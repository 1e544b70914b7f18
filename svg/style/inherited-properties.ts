/** The properties that children take over: the field each sets, and how. */
import { maxDashes, maxLengthText } from "../limits.ts";
import { splitAtSpaces } from "../read/css-transform.ts";
import { type LengthUnits, parseFraction, parseLength } from "../read/length.ts";
import { parseColor } from "./color.ts";
import type { Cap, FillRule, InheritedStyle, Join } from "./computed.ts";
import { parsePaint, urlOf } from "./paint.ts";
import { keyword, length, opacity, type PropertyTarget, raw, type Setter } from "./setters.ts";
import { setFontWords } from "./text-properties.ts";
import { hasVariable } from "./variables.ts";

const caps: Readonly<Record<string, Cap>> = { butt: "butt", round: "round", square: "square" };
/** The joins that SVG 2 adds fall back to miter, as it says. */
const joins: Readonly<Record<string, Join>> = {
  miter: "miter",
  round: "round",
  bevel: "bevel",
  "miter-clip": "miter",
  arcs: "miter",
};
const fillRules: Readonly<Record<string, FillRule>> = { nonzero: "nonzero", evenodd: "evenodd" };

export const inheritedSetters: Readonly<Record<string, readonly [keyof InheritedStyle, Setter]>> = {
  color: [
    "color",
    (target, value) => {
      const trimmed = value.trim();
      if (/^currentcolor$/i.test(trimmed)) {
        target.inherited.color = target.parent.inherited.color;
        return true;
      }
      const color = parseColor(trimmed);
      if (color === undefined) return false;
      target.inherited.color = color;
      return true;
    },
  ],
  fill: [
    "fill",
    ({ inherited }, value) => {
      const paint = parsePaint(value);
      if (paint === undefined) return false;
      inherited.fill = paint;
      return true;
    },
  ],
  "fill-opacity": [
    "fillOpacity",
    opacity(({ inherited }, value) => (inherited.fillOpacity = value)),
  ],
  "fill-rule": [
    "fillRule",
    keyword(fillRules, ({ inherited }, rule) => (inherited.fillRule = rule)),
  ],
  stroke: [
    "stroke",
    ({ inherited }, value) => {
      const paint = parsePaint(value);
      if (paint === undefined) return false;
      inherited.stroke = paint;
      return true;
    },
  ],
  "stroke-opacity": [
    "strokeOpacity",
    opacity(({ inherited }, value) => (inherited.strokeOpacity = value)),
  ],
  "stroke-width": [
    "strokeWidth",
    length(({ inherited }, value) => {
      if (!(value >= 0)) return false;
      inherited.strokeWidth = value;
      return true;
    }),
  ],
  "stroke-linecap": ["cap", keyword(caps, ({ inherited }, cap) => (inherited.cap = cap))],
  "stroke-linejoin": ["join", keyword(joins, ({ inherited }, join) => (inherited.join = join))],
  "stroke-miterlimit": [
    "miterLimit",
    ({ inherited }, value) => {
      const limit = parseFraction(value);
      if (limit === undefined || !(limit >= 1) || value.includes("%")) return false;
      inherited.miterLimit = limit;
      return true;
    },
  ],
  "stroke-dasharray": ["dashes", setDashes],
  "stroke-dashoffset": [
    "dashOffset",
    length(({ inherited }, value) => {
      inherited.dashOffset = value;
      return true;
    }),
  ],
  "font-size": ["units", (target, value) => setFontSize(target, value)],
  font: [
    "units",
    (target, value) => {
      if (hasVariable(value)) return false;
      // An attribute of this name means nothing; the other parts of the property are text's.
      if (target.origin === "attribute") return true;
      const words = splitAtSpaces(value);
      const sized = words.map((word) => word.split("/", 1)[0]!);
      const size = sized.findIndex(
        (word) => fontSizes.has(word.toLowerCase()) || /^[-+.\d]+([a-z]+|%)$/i.test(word),
      );
      if (size < 0) return true;
      setFontWords(target, words, size);
      return setFontSize(target, sized[size]!);
    },
  ],
  visibility: [
    "visible",
    keyword({ visible: "visible", hidden: "hidden", collapse: "hidden" }, (target, word) => {
      target.inherited.visible = word === "visible";
    }),
  ],
  "paint-order": [
    "strokeFirst",
    raw(({ inherited }, value) => {
      inherited.strokeFirst = /^(markers\s+)?stroke/i.test(value);
    }),
  ],
  "clip-rule": [
    "clipRule",
    keyword(fillRules, ({ inherited }, rule) => (inherited.clipRule = rule)),
  ],
  "color-interpolation": [
    "linearLight",
    raw(({ inherited }, value) => (inherited.linearLight = /^linearRGB$/i.test(value))),
  ],
  marker: ["marked", setMarker],
  "marker-start": ["marked", setMarker],
  "marker-mid": ["marked", setMarker],
  "marker-end": ["marked", setMarker],
};

/** In pixels (CSS Fonts 4, section 2.5). */
const fontSizes = new Map([
  ["xx-small", 9],
  ["x-small", 10],
  ["small", 13],
  ["medium", 16],
  ["large", 18],
  ["x-large", 24],
  ["xx-large", 32],
  ["xxx-large", 48],
  ["smaller", 5 / 6],
  ["larger", 1.2],
]);

function setFontSize({ inherited, parent, origin }: PropertyTarget, value: string): boolean {
  const { units } = parent.inherited;
  const word = value.trim().toLowerCase();
  const known = fontSizes.get(word);
  const relative = word === "smaller" || word === "larger";
  const size =
    known === undefined
      ? parseLength(value, units.em, units, origin !== "sheet")
      : relative
        ? known * units.em
        : known;
  if (size === undefined || !(size >= 0)) return false;
  inherited.units = withFontSize(inherited.units, size);
  return true;
}

function withFontSize(units: LengthUnits, em: number): LengthUnits {
  return units.em === em ? units : { ...units, em };
}

function setMarker({ inherited }: PropertyTarget, value: string): boolean {
  const marked = urlOf(value) !== undefined;
  if (marked) inherited.marked = true;
  return marked || /^\s*none\s*$/i.test(value);
}

function dashParts(value: string): string[] {
  const trimmed = value.trim();
  if (!trimmed.includes("(")) return trimmed.split(/\s*,\s*|\s+/, maxDashes + 1);
  return splitAtSpaces(trimmed.slice(0, maxLengthText * maxDashes)).flatMap((word) =>
    word.includes("(") ? [word.replace(/,$/, "")] : word.split(",").filter((part) => part !== ""),
  );
}

function setDashes(target: PropertyTarget, value: string): boolean {
  const { inherited, drops, diagonal } = target;
  if (/^\s*none\s*$/i.test(value)) {
    inherited.dashes = [];
    return true;
  }
  const parts = dashParts(value);
  if (parts.length > maxDashes) {
    drops.add("dash-array");
    inherited.dashes = [];
    return true;
  }
  const lengths = parts.map((part) => parseLength(part, diagonal, inherited.units));
  if (!lengths.every((dash): dash is number => dash !== undefined && dash >= 0)) return false;
  inherited.dashes = lengths;
  return true;
}
