/**
 * Structural similarity of two grey pictures (Wang et al. 2004, "Image quality assessment"): a window of
 * 11 x 11 under a Gaussian of 1.5 pixels, as the paper's and scikit-image's with `gaussian_weights=True,
 * use_sample_covariance=False`; windows that reach over the edge are left out.
 */

const radius = 5;
const sigma = 1.5;
const [k1, k2] = [0.01, 0.03] as const;

const weights = (() => {
  const raw = Array.from({ length: 2 * radius + 1 }, (_, i) =>
    Math.exp(-((i - radius) ** 2) / (2 * sigma ** 2)),
  );
  const total = raw.reduce((sum, weight) => sum + weight, 0);
  return Float64Array.from(raw, (weight) => weight / total);
})();

/** Rows from the top, 0 (black) to 1 (white). */
export interface GreyPicture {
  readonly width: number;
  readonly height: number;
  readonly data: Float64Array;
}

/**
 * @returns the mean over all windows, -1 to 1; 1 for equal pictures.
 * @throws RangeError where the pictures differ in size, or are smaller than a window.
 */
export function ssim(a: GreyPicture, b: GreyPicture): number {
  const { width, height } = a;
  if (width !== b.width || height !== b.height || Math.min(width, height) < 2 * radius + 1) {
    throw new RangeError(
      `pictures of ${width} x ${height} and ${b.width} x ${b.height}: expected one size of at least 11`,
    );
  }
  const product = (x: Float64Array, y: Float64Array) => x.map((value, i) => value * y[i]!);
  const blurred = (data: Float64Array) => blur(data, width, height);
  const [meanA, meanB] = [blurred(a.data), blurred(b.data)];
  const squareA = blurred(product(a.data, a.data));
  const squareB = blurred(product(b.data, b.data));
  const mixed = blurred(product(a.data, b.data));
  const [c1, c2] = [k1 ** 2, k2 ** 2];
  let sum = 0;
  for (let i = 0; i < meanA.length; i++) {
    const [x, y] = [meanA[i]!, meanB[i]!];
    const [varianceA, varianceB] = [squareA[i]! - x * x, squareB[i]! - y * y];
    const covariance = mixed[i]! - x * y;
    sum +=
      ((2 * x * y + c1) * (2 * covariance + c2)) /
      ((x * x + y * y + c1) * (varianceA + varianceB + c2));
  }
  return sum / meanA.length;
}

/** Of all whole windows: `(height - 10) x (width - 10)`. */
function blur(data: Float64Array, width: number, height: number): Float64Array {
  const size = 2 * radius;
  const across = new Float64Array((width - size) * height);
  for (let y = 0, out = 0; y < height; y++) {
    for (let x = 0; x < width - size; x++, out++) {
      let sum = 0;
      for (let i = 0; i <= size; i++) sum += weights[i]! * data[y * width + x + i]!;
      across[out] = sum;
    }
  }
  const columns = width - size;
  const down = new Float64Array(columns * (height - size));
  for (let y = 0, out = 0; y < height - size; y++) {
    for (let x = 0; x < columns; x++, out++) {
      let sum = 0;
      for (let i = 0; i <= size; i++) sum += weights[i]! * across[(y + i) * columns + x]!;
      down[out] = sum;
    }
  }
  return down;
}
