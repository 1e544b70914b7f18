/**
 * Rounds how an element is painted, and brings it into its one form: what paints nothing is null,
 * what has no effect has its initial value, and an element that is only filled or only stroked has
 * all its transparency in `opacity`.
 *
 * A loose appearance has the canonical one's fields, in grid units and percent, but not rounded.
 */
import type { Appearance, Paint, Stroke } from "../drawing.ts";
import type { DropCounter } from "../drops.ts";
import { coordinateRange, maxMiterLimit } from "../limits.ts";
import type { CanonicalOptions } from "../options.ts";
import { canonicalPaint } from "./paint.ts";
import { percent } from "./percent.ts";

/** undefined where nothing is painted. */
export function canonicalAppearance(
  loose: Appearance,
  options: CanonicalOptions,
  drops: DropCounter,
): Appearance | undefined {
  const filled = loose.fill === null ? null : canonicalPaint(loose.fill, options, drops);
  let fill: Paint | null = filled?.paint ?? null;
  let fillShare = loose.fillOpacity * (filled?.opacity ?? 1);
  if (percent(fillShare) === 0) fill = null;
  let stroke = loose.stroke === null ? null : canonicalStroke(loose.stroke, options, drops);
  if (stroke !== null && options.strokes === "drop") {
    drops.add("stroke");
    stroke = null;
  }
  let opacity = loose.opacity;
  if (fill === null) fillShare = 100;
  if (stroke === null) {
    opacity *= fillShare / 100;
    fillShare = 100;
  } else if (fill === null) {
    opacity *= stroke.opacity / 100;
    stroke = { ...stroke, opacity: 100 };
  } else stroke = { ...stroke, opacity: percent(stroke.opacity) };
  opacity = percent(opacity);
  if (opacity === 0 || (fill === null && stroke === null)) return undefined;
  const fillRule = fill === null ? "nonzero" : loose.fillRule;
  return { fill, fillRule, fillOpacity: percent(fillShare), stroke, opacity };
}

/** All but the opacity is canonical; null where nothing is painted. */
function canonicalStroke(
  loose: Stroke,
  options: CanonicalOptions,
  drops: DropCounter,
): Stroke | null {
  const painted = canonicalPaint(loose.paint, options, drops);
  if (painted === null || !(loose.width > 0)) return null;
  const opacity = loose.opacity * painted.opacity;
  if (percent(opacity) === 0) return null;
  const most = coordinateRange * options.grid;
  const dashes = canonicalDashes(loose.dashes, most);
  return {
    paint: painted.paint,
    width: Math.max(0.25, quarters(Math.min(loose.width, most))),
    cap: loose.cap,
    join: loose.join,
    miterLimit: loose.join === "miter" ? canonicalMiterLimit(loose.miterLimit) : 4,
    dashes,
    dashOffset: canonicalOffset(loose.dashOffset, dashes, most),
    opacity,
  };
}

function canonicalMiterLimit(limit: number): number {
  return Math.min(Math.max(Math.round(limit), 1), maxMiterLimit);
}

/** A list that is one list twice is written once, as an odd number of dashes repeats so anyway. */
function canonicalDashes(loose: readonly number[], most: number): readonly number[] {
  if (loose.length === 0) return loose;
  let dashes = loose.map((dash) => quarters(Math.min(dash, most)));
  if (!dashes.some((dash) => dash > 0) || !dashes.every((dash) => dash >= 0)) return [];
  while (dashes.length % 2 === 0) {
    const half = dashes.length / 2;
    if (!dashes.slice(0, half).every((dash, i) => dash === dashes[half + i])) break;
    dashes = dashes.slice(0, half);
  }
  return dashes;
}

function canonicalOffset(loose: number, dashes: readonly number[], most: number): number {
  if (loose === 0 || dashes.length === 0) return 0;
  const sum = dashes.reduce((total, dash) => total + dash, 0);
  const period = dashes.length % 2 === 0 ? sum : 2 * sum;
  // Far offsets are those of one of their periods; rounding before keeps the remainder exact.
  const offset = quarters(Math.min(Math.max(loose, -most * 1e6), most * 1e6)) % period;
  return offset < 0 ? offset + period : offset + 0;
}

function quarters(value: number): number {
  return Math.round(value * 4) / 4;
}
