/** Layers of fitted outlines as SVG. */
import type { FittedOutline } from "./simplify.ts";

export interface FittedLayer {
  /** 0xRRGGBB. */
  readonly rgb: number;
  readonly outlines: readonly FittedOutline[];
}

/**
 * A path for each layer, or a circle where it is one, in pixels.
 * @param coloured whether the layers have their colours, or all `currentColor`
 */
export function writeLayers(
  layers: readonly FittedLayer[],
  width: number,
  height: number,
  coloured: boolean,
): string {
  const shapes = layers.flatMap(({ rgb, outlines }) => {
    const [first, ...more] = outlines;
    if (first === undefined) return [];
    const colour = coloured ? `#${rgb.toString(16).padStart(6, "0")}` : "currentColor";
    const fill = `fill="${colour}"`;
    if (more.length === 0 && first.circle !== null) {
      const { cx, cy, r } = first.circle;
      return [`<circle ${fill} cx="${short(cx)}" cy="${short(cy)}" r="${short(r)}"/>`];
    }
    return [`<path ${fill} fill-rule="evenodd" d="${outlines.map(pathData).join("")}"/>`];
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}">${shapes.join("")}</svg>`;
}

function pathData({ start, curves, circle }: FittedOutline): string {
  if (circle !== null) {
    const { cx, cy, r } = circle;
    const half = (x: number) => `A${short(r)} ${short(r)} 0 1 1 ${pair({ x, y: cy })}`;
    return `M${pair({ x: cx - r, y: cy })}${half(cx + r)}${half(cx - r)}Z`;
  }
  const parts = curves.map(({ controls, to }) =>
    controls === null ? `L${pair(to)}` : `C${controls.map(pair).join(" ")} ${pair(to)}`,
  );
  return `M${pair(start)}${parts.join("")}Z`;
}

function pair({ x, y }: { readonly x: number; readonly y: number }): string {
  return `${short(x)} ${short(y)}`;
}

function short(value: number): number {
  return Number(value.toFixed(2));
}
