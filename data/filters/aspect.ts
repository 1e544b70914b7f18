import type { Drawing } from "../../svg/index.ts";
import type { FilterFault } from "./options.ts";

/** @param most longer side of the view box, in shorter sides. */
export function aspectFault({ width, height }: Drawing, most: number): FilterFault | null {
  const aspect = Math.max(width, height) / Math.min(width, height);
  if (aspect <= most) return null;
  const reason = `more than ${most} times as ${width > height ? "wide as high" : "high as wide"}`;
  return { filter: "aspect", reason, detail: aspect.toFixed(2) };
}
