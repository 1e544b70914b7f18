/** Pixel by pixel comparisons of two pictures of one size. */
import type { Picture } from "./picture.ts";
import type { GreyPicture } from "./ssim.ts";

/** Rows from the top, 0 (black) to 1 (white), by ITU-R BT.601 as Pillow's mode L weighs colours. */
export function greyOf({ size, data }: Picture): GreyPicture {
  const grey = new Float64Array(size * size);
  for (let i = 0; i < grey.length; i++) {
    const [red, green, blue] = [data[3 * i]!, data[3 * i + 1]!, data[3 * i + 2]!];
    grey[i] = (0.299 * red + 0.587 * green + 0.114 * blue) / 255;
  }
  return { width: size, height: size, data: grey };
}

/**
 * The mean squared difference of values of 0 to 1, over all of them.
 * @throws RangeError where there are not as many of each.
 */
export function meanSquaredError(a: ArrayLike<number>, b: ArrayLike<number>, range = 1): number {
  if (a.length !== b.length) {
    throw new RangeError(`pictures of ${a.length} and ${b.length} values: expected one size`);
  }
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += ((a[i]! - b[i]!) / range) ** 2;
  return sum / a.length;
}

/** Beyond, pictures are equal to the eye; equal ones have no ratio at all. */
const highestRatio = 100;

/** The peak signal-to-noise ratio in decibels; 100 at most, and for equal pictures. */
export function peakSignalToNoise(error: number): number {
  return error === 0 ? highestRatio : Math.min(highestRatio, -10 * Math.log10(error));
}
