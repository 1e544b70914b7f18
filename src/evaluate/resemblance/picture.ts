/**
 * A drawing as the measure of likeness sees it: where it paints, on 32 x 32 pixels, blurred so that a
 * stroke that lies a pixel aside still counts, and of unit length so that a product is a cosine.
 */
import type { Drawing } from "../../../svg/index.ts";
import { RenderError, renderPixels } from "../../../svg/render/index.ts";

/** Pixels of a side. */
export const pictureSide = 32;
const pixels = pictureSide * pictureSide;

/**
 * The alpha of the drawing, centred, blurred twice by the mean of 3 x 3 (the border repeated), divided
 * by its length.
 * @returns `[1024]`, row-major; null where the drawing does not render or paints nothing.
 */
export function pictureOf(svg: string | Drawing): Float32Array | null {
  const alpha = alphaOf(svg);
  if (alpha === null) return null;
  const blurred = blur(blur(alpha));
  const length = Math.hypot(...blurred);
  return length === 0 ? null : Float32Array.from(blurred, (value) => value / length);
}

function alphaOf(svg: string | Drawing): Float64Array | null {
  try {
    const { width, height, data } = renderPixels(svg, { size: pictureSide });
    const alpha = new Float64Array(pixels);
    const left = (pictureSide - width) >> 1;
    const top = (pictureSide - height) >> 1;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        alpha[(top + y) * pictureSide + left + x] = data[4 * (y * width + x) + 3]! / 255;
      }
    }
    return alpha;
  } catch (error) {
    if (error instanceof RenderError) return null;
    throw error;
  }
}

function blur(from: Float64Array): Float64Array {
  const inside = (place: number) => Math.min(pictureSide - 1, Math.max(0, place));
  return from.map((_, place) => {
    const [x, y] = [place % pictureSide, Math.floor(place / pictureSide)];
    let sum = 0;
    for (let dy = -1; dy <= 1; dy++) {
      const row = inside(y + dy) * pictureSide;
      for (let dx = -1; dx <= 1; dx++) sum += from[row + inside(x + dx)]!;
    }
    return sum / 9;
  });
}
