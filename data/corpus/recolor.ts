/**
 * Colours of a drawing changed together: hue turned, lightness and chroma moved a little, in OKLCH
 * (Ottosson 2020). Greys stay, and so does `currentColor`.
 */
import { converter, modeOklab, modeOklch, modeRgb, type Rgb, useMode } from "culori/fn";
import type { Color, Drawing, DrawingElement, Paint } from "../../svg/index.ts";

useMode(modeRgb);
useMode(modeOklab);
useMode(modeOklch);
const toOklch = converter("oklch");
const toRgb = converter("rgb");

/** Below, a colour is a grey. */
const leastChroma = 0.04;

export interface ColorChange {
  /** Degrees. */
  readonly hue: number;
  /** Added, of 1. */
  readonly lightness: number;
  readonly chroma: number;
}

/** Every colour of a drawing, once. */
export function colorsOf({ elements }: Drawing): number[] {
  const found = new Set<number>();
  for (const element of elements) {
    mapElement(element, (color) => {
      found.add(color.rgb);
      return color;
    });
  }
  return [...found];
}

/** @param change of each colour, as 0xRRGGBB. */
export function withColors(drawing: Drawing, change: (rgb: number) => number): Drawing {
  const turned = (color: Color): Color => ({ ...color, rgb: change(color.rgb) });
  return { ...drawing, elements: drawing.elements.map((element) => mapElement(element, turned)) };
}

/** The nearest of 4,096 colours, which every tokenizer of colours holds; a grey stays. */
export function changed(rgb: number, { hue, lightness, chroma }: ColorChange): number {
  const { l, c, h = 0 } = toOklch(rgbOf(rgb));
  if (c < leastChroma) return rgb;
  const within = Math.min(0.97, Math.max(0.15, l + lightness));
  const { r, g, b } = toRgb({ mode: "oklch", l: within, c: c * chroma, h: (h + hue + 360) % 360 });
  const [red, green, blue] = [r, g, b].map((part) =>
    Math.round(15 * Math.min(1, Math.max(0, part))),
  ) as [number, number, number];
  return (red * 17 * 256 + green * 17) * 256 + blue * 17;
}

/** Where a name begins, in degrees of hue; before the first is the last. By looking at wheels of colours. */
const hues: readonly (readonly [from: number, name: string])[] = [
  [12, "red"],
  [42, "orange"],
  [80, "yellow"],
  [118, "green"],
  [172, "teal"],
  [222, "blue"],
  [287, "purple"],
  [335, "pink"],
];

/** What a colour is commonly called; null for a grey, black and white. */
export function colorName(rgb: number): string | null {
  const { l, c, h = 0 } = toOklch(rgbOf(rgb));
  if (c < leastChroma) return null;
  const hue = hues.findLast(([from]) => h >= from)?.[1] ?? "pink";
  // Dark orange is brown, light red pink.
  if ((hue === "orange" || hue === "yellow") && l < 0.58) return "brown";
  if (hue === "red" && l > 0.75) return "pink";
  return hue;
}

function rgbOf(value: number): Rgb {
  return {
    mode: "rgb",
    r: (value >> 16) / 255,
    g: ((value >> 8) & 255) / 255,
    b: (value & 255) / 255,
  };
}

type ColorMap = (color: Color) => Color;

function mapElement(element: DrawingElement, map: ColorMap): DrawingElement {
  if (element.kind === "group") {
    return { ...element, children: element.children.map((child) => mapElement(child, map)) };
  }
  const { fill, stroke } = element;
  return {
    ...element,
    fill: fill && mapPaint(fill, map),
    stroke: stroke && { ...stroke, paint: mapPaint(stroke.paint, map) },
  };
}

function mapPaint(paint: Paint, map: ColorMap): Paint {
  switch (paint.kind) {
    case "color":
      return map(paint);
    case "currentColor":
      return paint;
    default:
      return {
        ...paint,
        stops: paint.stops.map((stop) => {
          const { color } = stop;
          return { ...stop, color: color.kind === "color" ? map(color) : color };
        }),
      };
  }
}
