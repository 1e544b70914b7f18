/** How the next element would be painted, as far as it decides whether the element surely shows. */
import { leastOpacity } from "../grammar/visibility/index.ts";
import type { PenPaint } from "./pen.ts";
import type { DrawingReader } from "./reader.ts";
import type { Watch } from "./watch.ts";

type Painted = "plainly" | "otherwise" | "not";

/** How the next element would be painted; opacities in percent. */
export interface Look {
  readonly fill: Painted;
  readonly stroke: Painted;
  /** Whether the stroke is thick enough and without gaps. */
  readonly solid: boolean;
  readonly fillOpacity: number;
  readonly strokeOpacity: number;
  readonly opacity: number;
}

export function lookAt({ pen, width, height, gradient }: DrawingReader<Watch>): Look {
  const longer = Math.max(width, height);
  const solid =
    pen.dashes.length === 0 &&
    pen.strokeWidth >= longer / 48 &&
    pen.strokeWidth <= longer &&
    Math.min(width, height) >= longer / 16;
  return {
    fill: gradient?.target === "fill" ? "otherwise" : paintedBy(pen.fill),
    stroke: gradient?.target === "stroke" ? "otherwise" : paintedBy(pen.stroke),
    solid,
    fillOpacity: pen.fillOpacity,
    strokeOpacity: pen.strokeOpacity,
    opacity: pen.opacity,
  };
}

function paintedBy(paint: PenPaint): Painted {
  if (paint === null) return "not";
  return paint.kind === "color" || paint.kind === "currentColor" ? "plainly" : "otherwise";
}

/** Whether the fill, or the stroke, of an outline that lies well shows. */
export function fills({ fill, fillOpacity, opacity }: Look, around: number): boolean {
  return fill === "plainly" && (fillOpacity * opacity * around) / 10_000 >= leastOpacity;
}

export function strokes({ stroke, solid, strokeOpacity, opacity }: Look, around: number): boolean {
  const share = (strokeOpacity * opacity * around) / 10_000;
  return stroke === "plainly" && solid && share >= leastOpacity;
}
