/** Rounds colours and gradients. A gradient that shows but one colour becomes that colour. */
import type {
  Color,
  CurrentColor,
  GradientStop,
  LinearGradient,
  Paint,
  RadialGradient,
} from "../drawing.ts";
import type { DropCounter } from "../drops.ts";
import { coordinateRange, maxStops } from "../limits.ts";
import type { CanonicalOptions } from "../options.ts";
import { nearGradient } from "./far-gradient.ts";
import { percent } from "./percent.ts";

export interface CanonicalPaint {
  readonly paint: Paint;
  /** 0 to 1: the share that the paint lets through, where the paint itself cannot hold it. */
  readonly opacity: number;
}

/** null where the paint paints nothing. */
export function canonicalPaint(
  paint: Paint,
  options: CanonicalOptions,
  drops: DropCounter,
): CanonicalPaint | null {
  switch (paint.kind) {
    case "color":
    case "currentColor":
      return { paint: canonicalColor(paint, options), opacity: 1 };
    case "linearGradient":
    case "radialGradient":
      return canonicalGradient(paint, options, drops);
  }
}

function canonicalColor<T extends Color | CurrentColor>(color: T, options: CanonicalOptions): T {
  if (color.kind === "currentColor" || options.colorBits === 8) return color;
  const channel = (shift: number) => Math.round(((color.rgb >> shift) & 255) / 17) * 17;
  return { ...color, rgb: channel(16) * 0x10000 + channel(8) * 0x100 + channel(0) };
}

function canonicalGradient(
  gradient: LinearGradient | RadialGradient,
  options: CanonicalOptions,
  drops: DropCounter,
): CanonicalPaint | null {
  const stops = canonicalStops(gradient.stops, options, drops);
  const first = stops[0];
  const last = stops.at(-1);
  if (first === undefined || last === undefined) return null;
  if (stops.length === 1) return solid(first);
  if (options.gradients === "first-stop") {
    drops.add("gradient-first-stop");
    return solid(first);
  }
  const rounded = roundGradient(gradient, stops);
  if (!inRange(rounded, coordinateRange * options.grid)) {
    const near = nearGradient(gradient, options.grid);
    if (near !== null) return canonicalGradient(near, options, drops);
    drops.add("out-of-range");
    return solid(first);
  }
  return isDegenerate(rounded) ? solid(last) : { paint: rounded, opacity: 1 };
}

function solid(stop: GradientStop): CanonicalPaint {
  return { paint: stop.color, opacity: stop.opacity / 100 };
}

function canonicalStops(
  loose: readonly GradientStop[],
  options: CanonicalOptions,
  drops: DropCounter,
): GradientStop[] {
  if (loose.length > maxStops) drops.add("gradient-stops");
  let least = 0;
  return loose.slice(0, maxStops).map(({ offset, color, opacity }) => {
    least = Math.max(least, percent(offset));
    return { offset: least, color: canonicalColor(color, options), opacity: percent(opacity) };
  });
}

function roundGradient(
  gradient: LinearGradient | RadialGradient,
  stops: readonly GradientStop[],
): LinearGradient | RadialGradient {
  const { spread } = gradient;
  const round = (value: number) => Math.round(value) + 0;
  if (gradient.kind === "linearGradient") {
    const [x1, y1] = [round(gradient.x1), round(gradient.y1)];
    return {
      kind: "linearGradient",
      x1,
      y1,
      x2: round(gradient.x2),
      y2: round(gradient.y2),
      spread,
      stops,
    };
  }
  return {
    kind: "radialGradient",
    cx: round(gradient.cx),
    cy: round(gradient.cy),
    ax: round(gradient.ax),
    ay: round(gradient.ay),
    bx: round(gradient.bx),
    by: round(gradient.by),
    fx: round(gradient.fx),
    fy: round(gradient.fy),
    spread,
    stops,
  };
}

function inRange(gradient: LinearGradient | RadialGradient, most: number): boolean {
  const points =
    gradient.kind === "linearGradient"
      ? [gradient.x1, gradient.y1, gradient.x2, gradient.y2]
      : [
          gradient.cx,
          gradient.cy,
          gradient.ax,
          gradient.ay,
          gradient.bx,
          gradient.by,
          gradient.fx,
          gradient.fy,
        ];
  return points.every((value) => value >= -most && value <= most);
}

/** Gradients of no extent are painted in their last colour (SVG 2, sections 14.2.2 and 14.2.3). */
function isDegenerate(gradient: LinearGradient | RadialGradient): boolean {
  if (gradient.kind === "linearGradient") {
    return gradient.x1 === gradient.x2 && gradient.y1 === gradient.y2;
  }
  const { cx, cy, ax, ay, bx, by } = gradient;
  return (ax - cx) * (by - cy) === (ay - cy) * (bx - cx);
}
