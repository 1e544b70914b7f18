/** Sets computed properties from their CSS names and values. */
import type { DropCounter } from "../drops.ts";
import { maxDashes } from "../limits.ts";
import { parseFraction, parseLength } from "../read/length.ts";
import { parseColor } from "./color.ts";
import {
  type Cap,
  type FillRule,
  type InheritedStyle,
  initialOwn,
  initialStyle,
  type Join,
  type OwnStyle,
} from "./computed.ts";
import { parsePaint, urlOf } from "./paint.ts";

/** The element whose properties are being set, and what its values refer to. */
export interface PropertyTarget {
  inherited: InheritedStyle;
  own: OwnStyle;
  readonly parent: Readonly<InheritedStyle>;
  /** What a percentage of a length that has no direction is of. */
  readonly diagonal: number;
  readonly drops: DropCounter;
}

/** Sets the property; false where the value is invalid. */
type Setter = (target: PropertyTarget, value: string) => boolean;

function keyword<T extends string>(
  words: Readonly<Record<string, T>>,
  set: (target: PropertyTarget, word: T) => void,
): Setter {
  const known = new Map(Object.entries(words));
  return (target, value) => {
    const word = known.get(value) ?? known.get(value.trim().toLowerCase());
    if (word === undefined) return false;
    set(target, word);
    return true;
  };
}

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

function opacity(set: (target: PropertyTarget, value: number) => void): Setter {
  return (target, value) => {
    const fraction = parseFraction(value);
    if (fraction === undefined) return false;
    set(target, Math.min(Math.max(fraction, 0), 1));
    return true;
  };
}

function length(set: (target: PropertyTarget, value: number) => boolean): Setter {
  return (target, value) => {
    const parsed = parseLength(value, target.diagonal, target.inherited.fontSize);
    return parsed !== undefined && set(target, parsed);
  };
}

const inheritedSetters: Readonly<Record<string, readonly [keyof InheritedStyle, Setter]>> = {
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

const ownSetters: Readonly<Record<string, readonly [keyof OwnStyle, Setter]>> = {
  opacity: ["opacity", opacity(({ own }, value) => (own.opacity = value))],
  display: [
    "displayed",
    ({ own }, value) => {
      own.displayed = !/^\s*none\s*$/i.test(value);
      return true;
    },
  ],
  overflow: [
    "overflowVisible",
    ({ own }, value) => {
      own.overflowVisible = /^\s*(visible|auto)\s*$/i.test(value);
      return true;
    },
  ],
  transform: ["transform", raw((own, value) => (own.transform = value))],
  "transform-origin": ["transformOrigin", raw((own, value) => (own.transformOrigin = value))],
  "transform-box": ["ownOrigin", raw((own, value) => (own.ownOrigin = value !== "view-box"))],
  filter: ["filter", raw((own, value) => (own.filter = value))],
  mask: ["mask", raw((own, value) => (own.mask = value))],
  "clip-path": ["clipPath", raw((own, value) => (own.clipPath = value))],
  "vector-effect": [
    "scalesStroke",
    raw((own, value) => (own.scalesStroke = value !== "non-scaling-stroke")),
  ],
  "mix-blend-mode": ["blended", raw((own, value) => (own.blended = value !== "normal"))],
  "stop-color": [
    "stopColor",
    ({ own }, value) => {
      const trimmed = value.trim();
      const color = /^currentcolor$/i.test(trimmed) ? "currentColor" : parseColor(trimmed);
      if (color === undefined) return false;
      own.stopColor = color;
      return true;
    },
  ],
  "stop-opacity": ["stopOpacity", opacity(({ own }, value) => (own.stopOpacity = value))],
};

function raw(set: (own: OwnStyle, value: string) => void): Setter {
  return ({ own }, value) => {
    set(own, value.trim());
    return true;
  };
}

/** Geometry that SVG 2 lets style sheets set. */
const geometryNames = ["x", "y", "width", "height", "cx", "cy", "r", "rx", "ry", "d"];

/** How a property is set; one of the two styles is copied before it changes. */
export interface Property {
  readonly name: string;
  readonly inherited: boolean;
  readonly set: (target: PropertyTarget, value: string) => boolean;
}

const properties = new Map<string, Property>();

for (const [name, [field, set]] of Object.entries(inheritedSetters)) {
  const inherit = (target: PropertyTarget, from: Readonly<InheritedStyle>) =>
    Object.assign(target.inherited, { [field]: from[field] });
  const setAny: Setter = (target, value) => {
    const wide = wideKeyword(value);
    if (wide === undefined) return set(target, value);
    inherit(target, wide === "initial" ? initialStyle : target.parent);
    return true;
  };
  properties.set(name, { name, inherited: true, set: setAny });
}

for (const [name, [field, set]] of Object.entries(ownSetters)) {
  const setAny: Setter = (target, value) => {
    if (wideKeyword(value) === undefined) return set(target, value);
    Object.assign(target.own, { [field]: initialOwn[field] });
    return true;
  };
  properties.set(name, { name, inherited: false, set: setAny });
}

/** The property of a name, which may be a presentation attribute. */
export function propertyNamed(name: string): Property | undefined {
  return properties.get(name);
}

/** Geometry that only declarations set: as attributes these are read by their element. */
export const geometryProperties: ReadonlyMap<string, Property> = new Map(
  geometryNames.map((name): [string, Property] => {
    const set: Setter = ({ own }, value) => {
      const data = name === "d" ? pathOf(value) : value;
      if (data === undefined) return false;
      own.geometry = new Map(own.geometry ?? []).set(name, data);
      return true;
    };
    return [name, { name, inherited: false, set }];
  }),
);

/** The path data of `path("...")` or `none`. */
function pathOf(value: string): string | undefined {
  if (value === "none") return "";
  const match = /^path\(\s*(?:"([^"]*)"|'([^']*)')\s*\)$/.exec(value);
  return match?.[1] ?? match?.[2];
}

/** `inherit` of a property that is not inherited is taken for its initial value: none needs it. */
function wideKeyword(value: string): "inherit" | "initial" | undefined {
  const c = value.charCodeAt(0) | 32;
  if (c !== 105 && c !== 117 && c !== 114 && c !== 32) return undefined;
  switch (value.trim().toLowerCase()) {
    case "inherit":
    case "unset":
    case "revert":
    case "revert-layer":
      return "inherit";
    case "initial":
      return "initial";
    default:
      return undefined;
  }
}
