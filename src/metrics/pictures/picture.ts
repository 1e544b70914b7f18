/** A drawing as the metrics see it: a square picture on white, of opaque colours. */
import type { Drawing } from "../../../svg/index.ts";
import { isBlank, type Pixels, RenderError, renderPixels } from "../../../svg/render/index.ts";

export interface Picture {
  /** Pixels of a side. */
  readonly size: number;
  /** `[size * size * 3]`, rows from the top; red, green and blue of 0 to 255. */
  readonly data: Uint8Array;
  /** Whether all pixels that the drawing covers are of one colour. */
  readonly blank: boolean;
}

/**
 * The drawing in the middle of a white square, its longer side as long as the square's.
 * @param size pixels of a side.
 * @returns null where it does not render.
 */
export function paint(svg: string | Drawing, size: number): Picture | null {
  try {
    return squareOf(renderPixels(svg, { size, background: "#ffffff" }), size);
  } catch (error) {
    if (error instanceof RenderError) return null;
    throw error;
  }
}

/** What stands in for a drawing that does not render, as SArena has it: nothing is like it. */
export function blackPicture(size: number): Picture {
  return { size, data: new Uint8Array(3 * size * size), blank: true };
}

function squareOf(pixels: Pixels, size: number): Picture {
  const { width, height, data } = pixels;
  const square = new Uint8Array(3 * size * size).fill(255);
  const [left, top] = [(size - width) >> 1, (size - height) >> 1];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [from, to] = [4 * (y * width + x), 3 * ((top + y) * size + left + x)];
      for (let channel = 0; channel < 3; channel++) square[to + channel] = data[from + channel]!;
    }
  }
  return { size, data: square, blank: isBlank(pixels) };
}
