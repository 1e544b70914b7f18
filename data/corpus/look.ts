/**
 * How a drawing looks, as a vector whose product with another's is near 1 where both are nearly the
 * same: the alpha of its rendering, softened, with the mean of its surroundings taken away, so that
 * edges count and not areas. (Two discs with other signs on them are alike in area, not in edges.)
 */
import type { Drawing } from "../../svg/index.ts";
import { RenderError, renderPixels } from "../../svg/render/index.ts";

/** Pixels of a side. */
export const lookSide = 32;
const pixels = lookSide * lookSide;

/** Pixels to each side of the mean that softens, and of the one that is taken away. */
const soft = 1;
const wide = 3;

/** `[1024]`, row-major, of length 1; null where the drawing does not render or shows nothing. */
export function lookOf(drawing: Drawing): Float32Array | null {
  const alpha = alphaOf(drawing);
  if (alpha === null) return null;
  const softened = localMean(localMean(alpha, soft), soft);
  const around = localMean(softened, wide);
  const edges = softened.map((value, place) => value - around[place]!);
  const length = Math.hypot(...edges);
  return length < 1e-6 ? null : Float32Array.from(edges, (value) => value / length);
}

/** The look of the drawing flipped from left to right. */
export function mirroredLook(look: Float32Array): Float32Array {
  return look.map((_, place) => {
    const x = place % lookSide;
    return look[place - x + lookSide - 1 - x]!;
  });
}

function alphaOf(drawing: Drawing): Float64Array | null {
  try {
    const { width, height, data } = renderPixels(drawing, { size: lookSide });
    const alpha = new Float64Array(pixels);
    const left = (lookSide - width) >> 1;
    const top = (lookSide - height) >> 1;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        alpha[(top + y) * lookSide + left + x] = data[4 * (y * width + x) + 3]! / 255;
      }
    }
    return alpha;
  } catch (error) {
    if (error instanceof RenderError) return null;
    throw error;
  }
}

/** The mean over a square around each pixel; outside is nothing. By a table of sums (Crow 1984). */
export function localMean(from: Float64Array, reach: number): Float64Array {
  const side = lookSide + 1;
  const sums = new Float64Array(side * side);
  for (let y = 0; y < lookSide; y++) {
    for (let x = 0; x < lookSide; x++) {
      const at = (y + 1) * side + x + 1;
      sums[at] = from[y * lookSide + x]! + sums[at - 1]! + sums[at - side]! - sums[at - side - 1]!;
    }
  }
  const area = (2 * reach + 1) ** 2;
  const inside = (place: number) => Math.min(lookSide, Math.max(0, place));
  return from.map((_, place) => {
    const x = place % lookSide;
    const y = (place - x) / lookSide;
    const [x0, x1] = [inside(x - reach), inside(x + reach + 1)];
    const [y0, y1] = [inside(y - reach) * side, inside(y + reach + 1) * side];
    return (sums[y1 + x1]! - sums[y0 + x1]! - sums[y1 + x0]! + sums[y0 + x0]!) / area;
  });
}
