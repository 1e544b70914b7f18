/** The properties that children do not take over: the field each sets, and how. */
import { parseColor } from "./color.ts";
import type { OwnStyle } from "./computed.ts";
import { opacity, raw, type Setter } from "./setters.ts";

export const ownSetters: Readonly<Record<string, readonly [keyof OwnStyle, Setter]>> = {
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

/** Sets geometry by its attribute's name. */
export const geometrySetters: Readonly<Record<string, Setter>> = Object.fromEntries(
  ["x", "y", "width", "height", "cx", "cy", "r", "rx", "ry", "d"].map((name): [string, Setter] => [
    name,
    ({ own }, value) => {
      const data = name === "d" ? pathOf(value) : value;
      if (data === undefined) return false;
      own.geometry = new Map(own.geometry ?? []).set(name, data);
      return true;
    },
  ]),
);

/** The path data of `path("...")` or `none`. */
function pathOf(value: string): string | undefined {
  if (value === "none") return "";
  const match = /^path\(\s*(?:"([^"]*)"|'([^']*)')\s*\)$/.exec(value);
  return match?.[1] ?? match?.[2];
}
