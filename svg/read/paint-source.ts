/** How a shape is painted, from its computed style, in grid units and percent but not rounded. */
import type { Appearance, Paint, Stroke } from "../drawing.ts";
import type { DropCounter } from "../drops.ts";
import type { StyleColor } from "../style/color.ts";
import type { InheritedStyle, OwnStyle, PaintValue } from "../style/computed.ts";
import type { XmlElement } from "../xml/element.ts";
import type { GradientPlace, GradientReader } from "./gradient.ts";
import { isConformal, meanScale } from "./matrix.ts";
import type { References } from "./references.ts";

export interface Painted {
  readonly paint: Paint;
  /** 0 to 1. */
  readonly alpha: number;
}

export interface PaintContext {
  readonly references: References;
  readonly gradients: GradientReader;
  /** The mean colour of a pattern; null where it is invalid, so that its fallback is painted. */
  readonly pattern: (element: XmlElement, place: GradientPlace) => Painted | null;
  readonly drops: DropCounter;
  /** Grid units of a pixel of the outermost viewport. */
  readonly pixel: number;
}

/** Whether anything could be painted, known before the geometry is. */
export function mayPaint(style: Readonly<InheritedStyle>): boolean {
  return style.fill.kind !== "none" || (style.stroke.kind !== "none" && style.strokeWidth > 0);
}

/** Whether the appearance depends on nothing but the style and the scale. */
export function isPlain(style: Readonly<InheritedStyle>): boolean {
  return style.fill.kind !== "reference" && style.stroke.kind !== "reference";
}

export function looseAppearance(
  style: Readonly<InheritedStyle>,
  own: Readonly<OwnStyle>,
  place: GradientPlace,
  context: PaintContext,
  dashScale: number,
): Appearance {
  const fill = resolvePaint(style.fill, style.color, place, context);
  return {
    fill: fill?.paint ?? null,
    fillRule: style.fillRule,
    fillOpacity: 100 * style.fillOpacity * (fill?.alpha ?? 1),
    stroke: looseStroke(style, own, place, context, dashScale),
    opacity: 100 * own.opacity,
  };
}

function looseStroke(
  style: Readonly<InheritedStyle>,
  own: Readonly<OwnStyle>,
  place: GradientPlace,
  context: PaintContext,
  dashScale: number,
): Stroke | null {
  if (!(style.strokeWidth > 0)) return null;
  const stroke = resolvePaint(style.stroke, style.color, place, context);
  if (stroke === null) return null;
  const { matrix } = place;
  if (own.scalesStroke && !isConformal(matrix)) context.drops.add("stroke-distorted");
  const scale = own.scalesStroke ? meanScale(matrix) : context.pixel;
  // Dashes of no length are not drawn as such.
  const dashes = dashScale > 0 ? style.dashes : [];
  const dashed = scale * dashScale;
  return {
    paint: stroke.paint,
    width: style.strokeWidth * scale,
    cap: style.cap,
    join: style.join,
    miterLimit: style.miterLimit,
    dashes: dashes.length === 0 ? dashes : dashes.map((dash) => dash * dashed),
    dashOffset: style.dashOffset * dashed,
    opacity: 100 * style.strokeOpacity * stroke.alpha,
  };
}

function resolvePaint(
  value: PaintValue,
  color: StyleColor | null,
  place: GradientPlace,
  context: PaintContext,
): Painted | null {
  switch (value.kind) {
    case "none":
      return null;
    case "color":
      return { paint: { kind: "color", rgb: value.rgb }, alpha: value.alpha };
    case "currentColor":
      if (color === null) return { paint: { kind: "currentColor" }, alpha: 1 };
      return { paint: { kind: "color", rgb: color.rgb }, alpha: color.alpha };
    case "reference": {
      const { references, gradients, drops } = context;
      const element = references.find(value.href);
      if (element?.name === "linearGradient" || element?.name === "radialGradient") {
        const paint = gradients.read(element, place);
        if (paint !== undefined) return paint === null ? null : { paint, alpha: 1 };
      } else if (element?.name === "pattern") {
        const mean = context.pattern(element, place);
        if (mean !== null) {
          drops.add("pattern");
          return mean;
        }
      } else if (element !== undefined) drops.add("missing-reference");
      return resolvePaint(value.fallback, color, place, context);
    }
  }
}
