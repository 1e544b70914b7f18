/** Pictures of drawings, and measures of them. */

export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** Rows from the top, four bytes a pixel: red, green, blue and alpha, colours premultiplied. */
  readonly data: Uint8Array;
}

/**
 * Mean absolute difference of all channels, from 0 for equal pictures to 1. One picture may have a
 * row or column more, as rounding a drawing's size may give: what both have is compared.
 *
 * @throws RangeError where the pictures differ more in size
 */
export function pixelError(a: Pixels, b: Pixels): number {
  if (Math.abs(a.width - b.width) > 1 || Math.abs(a.height - b.height) > 1) {
    throw new RangeError(
      `pictures of ${a.width} x ${a.height} and ${b.width} x ${b.height} cannot be compared: render both in one size`,
    );
  }
  const width = 4 * Math.min(a.width, b.width);
  const height = Math.min(a.height, b.height);
  let sum = 0;
  for (let y = 0; y < height; y++) {
    const rowA = 4 * a.width * y;
    const rowB = 4 * b.width * y;
    for (let i = 0; i < width; i++) sum += Math.abs(a.data[rowA + i]! - b.data[rowB + i]!);
  }
  return sum / (255 * width * height);
}

/** Whether all pixels are the same, as where nothing is painted. */
export function isBlank({ data }: Pixels): boolean {
  for (let i = 4; i < data.length; i++) if (data[i] !== data[i - 4]) return false;
  return true;
}
