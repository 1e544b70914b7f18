/** The properties that children take over: the field each sets, and how. */
import { maxDashes } from "../limits.ts";
import { parseFraction, parseLength } from "../read/length.ts";
import { parseColor } from "./color.ts";
import type { Cap, FillRule, InheritedStyle, Join } from "./computed.ts";
import { parsePaint, urlOf } from "./paint.ts";
import { keyword, length, opacity, type PropertyTarget, type Setter } from "./setters.ts";

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
        target.inherited.color = target.parent.color;
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
  "font-size": [
    "fontSize",
    ({ inherited, parent }, value) => {
      const size = parseLength(value, parent.fontSize, parent.fontSize);
      // Words such as `large` size only text, which is not drawn.
      if (size !== undefined && size >= 0) inherited.fontSize = size;
      return true;
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
    ({ inherited }, value) => {
      inherited.strokeFirst = /^\s*(markers\s+)?stroke/i.test(value);
      return true;
    },
  ],
  marker: ["marked", setMarker],
  "marker-start": ["marked", setMarker],
  "marker-mid": ["marked", setMarker],
  "marker-end": ["marked", setMarker],
};

function setMarker({ inherited }: PropertyTarget, value: string): boolean {
  const marked = urlOf(value) !== undefined;
  if (marked) inherited.marked = true;
  return marked || /^\s*none\s*$/i.test(value);
}

function setDashes(target: PropertyTarget, value: string): boolean {
  const { inherited, drops, diagonal } = target;
  if (/^\s*none\s*$/i.test(value)) {
    inherited.dashes = [];
    return true;
  }
  const parts = value.trim().split(/\s*,\s*|\s+/, maxDashes + 1);
  if (parts.length > maxDashes) {
    drops.add("dash-array");
    inherited.dashes = [];
    return true;
  }
  const lengths = parts.map((part) => parseLength(part, diagonal, inherited.fontSize));
  if (!lengths.every((dash): dash is number => dash !== undefined && dash >= 0)) return false;
  inherited.dashes = lengths;
  return true;
}
