/** The presentation attributes of a shape, and their values on an element that says nothing. */
import type { Paint, Shape } from "../drawing.ts";
import { formatNumber } from "./number.ts";

/** Attributes that children take over, so that they may be written once around them. */
export const inheritedNames = [
  "fill",
  "fill-rule",
  "fill-opacity",
  "stroke",
  "stroke-width",
  "stroke-linecap",
  "stroke-linejoin",
  "stroke-miterlimit",
  "stroke-dasharray",
  "stroke-dashoffset",
  "stroke-opacity",
] as const;

/** By index in `inheritedNames`; undefined where any value paints the same. */
export type Values = readonly (string | undefined)[];

export const initialValues: Values = [
  "#000",
  "nonzero",
  "1",
  "none",
  "1",
  "butt",
  "miter",
  "4",
  "none",
  "0",
  "1",
];

/** Prints a paint, which for a gradient defines it. */
export type PaintPrinter = (paint: Paint) => string;

export function valuesOf(shape: Shape, printPaint: PaintPrinter): Values {
  const { fill, stroke } = shape;
  const ofFill =
    fill === null
      ? [shape.kind === "line" ? undefined : "none", undefined, undefined]
      : [printPaint(fill), shape.fillRule, formatPercent(shape.fillOpacity)];
  if (stroke === null) return [...ofFill, "none", ...Array(7).fill(undefined)];
  const solid = stroke.dashes.length === 0;
  return [
    ...ofFill,
    printPaint(stroke.paint),
    formatNumber(stroke.width),
    stroke.cap,
    stroke.join,
    stroke.join === "miter" ? formatNumber(stroke.miterLimit) : undefined,
    solid ? "none" : stroke.dashes.map(formatNumber).join(" "),
    solid ? undefined : formatNumber(stroke.dashOffset),
    formatPercent(stroke.opacity),
  ];
}

export function formatPercent(percent: number): string {
  return formatNumber(percent / 100);
}

const shortNames = new Map([
  [0xff0000, "red"],
  [0xd2b48c, "tan"],
  [0xffd700, "gold"],
  [0x808080, "gray"],
  [0xffc0cb, "pink"],
  [0xdda0dd, "plum"],
  [0x008080, "teal"],
  [0x000080, "navy"],
  [0xcd853f, "peru"],
  [0xfffafa, "snow"],
  [0xf0ffff, "azure"],
  [0xf5f5dc, "beige"],
  [0xa52a2a, "brown"],
  [0xff7f50, "coral"],
  [0x008000, "green"],
  [0xfffff0, "ivory"],
  [0xf0e68c, "khaki"],
  [0xfaf0e6, "linen"],
  [0x800000, "maroon"],
  [0x808000, "olive"],
  [0xffa500, "orange"],
  [0xda70d6, "orchid"],
  [0x800080, "purple"],
  [0xfa8072, "salmon"],
  [0xa0522d, "sienna"],
  [0xc0c0c0, "silver"],
  [0xff6347, "tomato"],
  [0xee82ee, "violet"],
  [0xf5deb3, "wheat"],
  [0xffe4c4, "bisque"],
  [0x4b0082, "indigo"],
]);

/** The shortest way to write 0xRRGGBB. */
export function formatColor(rgb: number): string {
  const name = shortNames.get(rgb);
  const hex = rgb.toString(16).padStart(6, "0");
  const halved = hex[0] === hex[1] && hex[2] === hex[3] && hex[4] === hex[5];
  const short = halved ? `#${hex[0]}${hex[2]}${hex[4]}` : `#${hex}`;
  return name !== undefined && name.length < short.length ? name : short;
}
