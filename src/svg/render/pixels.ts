/** Pictures of drawings, and measures of them. */

export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** Rows from the top, four bytes a pixel: red, green, blue and alpha, colours premultiplied. */
  readonly data: Uint8Array;
}

/**
 * Mean absolute difference of all channels, from 0 for equal pictures to 1.
 *
 * @throws RangeError where the pictures differ in size
 */
export function pixelError(a: Pixels, b: Pixels): number {
  if (a.width !== b.width || a.height !== b.height) {
    throw new RangeError(
      `pictures of ${a.width} x ${a.height} and ${b.width} x ${b.height} cannot be compared: render both in one size`,
    );
  }
  let sum = 0;
  for (let i = 0; i < a.data.length; i++) sum += Math.abs(a.data[i]! - b.data[i]!);
  return a.data.length === 0 ? 0 : sum / (255 * a.data.length);
}

/** Whether all pixels are the same, as where nothing is painted. */
export function isBlank({ data }: Pixels): boolean {
  for (let i = 4; i < data.length; i++) if (data[i] !== data[i - 4]) return false;
  return true;
}
