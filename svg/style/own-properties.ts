/** The properties that children do not take over: the field each sets, and how. */
import {
  parseCssTransform,
  parseOrigin,
  parseRotate,
  parseScale,
  parseTranslate,
  type Transform,
} from "../read/css-transform.ts";
import { type LengthUnits, parseLength } from "../read/length.ts";
import { parseTransform } from "../read/transform.ts";
import { parseColor } from "./color.ts";
import type { OwnStyle, TransformBox } from "./computed.ts";
import { keyword, opacity, type PropertyTarget, raw, type Setter } from "./setters.ts";
import { ownTextProperties } from "./text-properties.ts";
import { hasVariable } from "./variables.ts";

const transformBoxes: Readonly<Record<string, TransformBox>> = {
  "view-box": "view-box",
  "fill-box": "fill-box",
  "content-box": "fill-box",
  "stroke-box": "stroke-box",
  "border-box": "stroke-box",
};

export const ownSetters: Readonly<Record<string, readonly [keyof OwnStyle, Setter]>> = {
  opacity: ["opacity", opacity(({ own }, value) => (own.opacity = value))],
  display: ["displayed", raw(({ own }, value) => (own.displayed = !/^none$/i.test(value)))],
  overflow: [
    "overflowVisible",
    raw(({ own }, value) => (own.overflowVisible = /^(visible|auto)$/i.test(value))),
  ],
  transform: ["transform", setTransform],
  translate: ["translate", movement(parseTranslate, "translate")],
  rotate: ["rotate", movement(parseRotate, "rotate")],
  scale: ["scale", movement(parseScale, "scale")],
  "transform-origin": [
    "transformOrigin",
    ({ own, inherited, origin }, value) => {
      const parsed = parseOrigin(value, inherited.units, origin !== "sheet");
      if (parsed !== undefined) own.transformOrigin = parsed;
      return parsed !== undefined;
    },
  ],
  "transform-box": [
    "transformBox",
    keyword(transformBoxes, ({ own }, box) => (own.transformBox = box)),
  ],
  "offset-path": ["onPath", raw(({ own }, value) => (own.onPath = !/^none$/i.test(value)))],
  filter: ["filter", raw(({ own }, value) => (own.filter = value))],
  mask: ["mask", raw(({ own }, value) => (own.mask = value))],
  "clip-path": ["clipPath", raw(({ own }, value) => (own.clipPath = value))],
  "vector-effect": [
    "scalesStroke",
    raw(({ own }, value) => (own.scalesStroke = value !== "non-scaling-stroke")),
  ],
  "mix-blend-mode": ["blended", raw(({ own }, value) => (own.blended = value !== "normal"))],
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

function setTransform({ own, inherited, origin }: PropertyTarget, value: string): boolean {
  const parsed =
    origin === "attribute"
      ? parseTransform(value)
      : parseCssTransform(value.trim(), inherited.units);
  if (parsed !== undefined) own.transform = parsed;
  return parsed !== undefined;
}

/** Of properties that are no attributes. */
function movement(
  parse: (value: string, units: LengthUnits) => Transform | undefined,
  field: "translate" | "rotate" | "scale",
): Setter {
  return ({ own, inherited, origin }, value) => {
    if (origin === "attribute") return true;
    const parsed = parse(value.trim(), inherited.units);
    if (parsed !== undefined) own[field] = parsed;
    return parsed !== undefined;
  };
}

/** Sets geometry, and what places one text alone, by its attribute's name. */
export const geometrySetters: Readonly<Record<string, Setter>> = Object.fromEntries(
  [...["x", "y", "width", "height", "cx", "cy", "r", "rx", "ry", "d"], ...ownTextProperties].map(
    (name): [string, Setter] => [
      name,
      (target, value) => {
        const data = geometryText(name, target, value);
        if (data === undefined) return false;
        target.own.geometry = new Map(target.own.geometry ?? []).set(name, data);
        return true;
      },
    ],
  ),
);

function geometryText(name: string, target: PropertyTarget, value: string): string | undefined {
  if (ownTextProperties.includes(name)) return hasVariable(value) ? undefined : value;
  return name === "d" ? pathOf(value) : lengthText(name, target, value);
}

const sizes = new Set(["width", "height", "r", "rx", "ry"]);

/** `auto` is read as no length, which has the same meaning. */
function lengthText(
  name: string,
  { inherited, origin }: PropertyTarget,
  value: string,
): string | undefined {
  if (/^auto$/i.test(value)) return sizes.has(name) ? "auto" : undefined;
  // Sizes are properties of HTML too, where numbers need units.
  const unitless = origin !== "sheet" || (name !== "width" && name !== "height");
  const length = parseLength(value, 1, inherited.units, unitless);
  return length === undefined || (sizes.has(name) && length < 0) ? undefined : value;
}

/** The path data of `path("...")` or `none`. */
function pathOf(value: string): string | undefined {
  if (value === "none") return "";
  const match = /^path\(\s*(?:"([^"]*)"|'([^']*)')\s*\)$/.exec(value);
  return match?.[1] ?? match?.[2];
}
