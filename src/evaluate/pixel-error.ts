/** How much two drawings differ to the eye: the mean difference of their pixels. */
import type { Drawing } from "../../svg/index.ts";
import { pixelError as errorOfPixels, renderPixels } from "../../svg/render/index.ts";

/** Both on white: so all pixels are opaque, and the fourth channel never differs. */
const look = { size: 192, background: "#ffffff" } as const;

/**
 * @param original and `canonical` are of the same aspect.
 * @param fonts contents of font files, in which text of a source is painted
 * @returns mean absolute difference of the colour channels on white, 0 (equal) to 1.
 * @throws RenderError when one cannot be rendered; RangeError when their aspects differ.
 */
export function pixelError(
  original: string | Drawing,
  canonical: string | Drawing,
  fonts: readonly Uint8Array[] = [],
): number {
  const found = renderPixels(original, { ...look, fonts });
  return (4 / 3) * errorOfPixels(found, renderPixels(canonical, look));
}
