/**
 * A picture as ink on paper: how far each pixel is from the ground, and from where on it is ink. What is
 * drawn light on dark gives the same as dark on light.
 */
import type { Background } from "../image/background.ts";
import type { Bitmap, Raster } from "../image/raster.ts";

export interface Silhouette {
  readonly ink: Bitmap;
  /** Share of the largest difference to the ground from which on a pixel is ink. */
  readonly threshold: number;
  /** The picture that a trace is compared with: black on white, as dark as the pixels differ. */
  readonly reference: Raster;
}

/**
 * @param background null takes white
 * @param threshold 0 to 1; null finds it (Otsu, A threshold selection method from gray-level histograms, 1979)
 */
export function silhouetteOf(
  raster: Raster,
  background: Background | null,
  threshold: number | null,
): Silhouette {
  const { width, height, data } = raster;
  const ground = background?.rgb ?? [255, 255, 255];
  const far = new Uint8Array(width * height);
  let most = 0;
  for (let i = 0, at = 0; i < far.length; i++, at += 3) {
    far[i] = Math.max(
      Math.abs(data[at]! - ground[0]),
      Math.abs(data[at + 1]! - ground[1]),
      Math.abs(data[at + 2]! - ground[2]),
    );
    most = Math.max(most, far[i]!);
  }
  const least = threshold === null ? otsu(far) : Math.max(1, threshold * most);
  const ink = far.map((value) => (value >= least ? 1 : 0));
  const reference = new Uint8Array(3 * far.length);
  for (let i = 0; i < far.length; i++) {
    reference.fill(255 - Math.round((255 * far[i]!) / Math.max(1, most)), 3 * i, 3 * i + 3);
  }
  return {
    ink: { width, height, data: ink },
    threshold: most === 0 ? 1 : least / most,
    reference: { width, height, data: reference },
  };
}

/** The least value of the upper of two classes whose means lie furthest apart, weighed by their sizes. */
export function otsu(values: Uint8Array): number {
  const counts = new Float64Array(256);
  for (const value of values) counts[value]! += 1;
  const total = counts.reduce((sum, count, value) => sum + count * value, 0);
  let [below, sumBelow] = [0, 0];
  let best = 0;
  // Between two separate classes all thresholds are as good: the middle one is taken.
  let [first, last] = [1, 1];
  for (let value = 0; value < 255; value++) {
    below += counts[value]!;
    sumBelow += value * counts[value]!;
    const above = values.length - below;
    if (below === 0 || above === 0) continue;
    const apart = sumBelow / below - (total - sumBelow) / above;
    const between = below * above * apart * apart;
    if (between > best * (1 + 1e-12)) [best, first, last] = [between, value + 1, value + 1];
    else if (between >= best * (1 - 1e-12)) last = value + 1;
  }
  return Math.round((first + last) / 2);
}
