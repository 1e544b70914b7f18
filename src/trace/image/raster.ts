/** Pictures in memory. */

/** Opaque pixels, rows from the top, three bytes each: red, green and blue (sRGB). */
export interface Raster {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** One bit a pixel, a byte each: 1 where there is ink. */
export interface Bitmap {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}
