/**
 * What a picture is drawn on, found at its borders, and the picture on that ground. Where the borders are
 * clear the ground is white, else it is the colour that most of their pixels have; a picture that fills its
 * frame with no such colour has none.
 */
import type { Raster } from "./raster.ts";
import type { DecodedImage } from "./read-image.ts";

export interface Background {
  readonly rgb: readonly [red: number, green: number, blue: number];
  /** Darker than middle grey: what is drawn on it was meant to stand out light. */
  readonly dark: boolean;
}

/** Of the borders' pixels, so many must be of one colour, or clear. */
const leastShare = 0.5;
/** Channels may differ by so much within one colour. */
const near = 24;

export interface Grounded {
  /** On its ground, opaque. */
  readonly raster: Raster;
  /** null where it has none. */
  readonly background: Background | null;
}

export function findBackground(image: DecodedImage): Grounded {
  const border = borderOf(image);
  const clear = border.filter((at) => image.data[at + 3]! < 128);
  if (clear.length >= leastShare * border.length) {
    const rgb = groundUnder(image);
    return { raster: compose(image, rgb), background: { rgb, dark: isDark(rgb) } };
  }
  const raster = compose(image, white);
  const colour = commonest(raster, border);
  return {
    raster,
    background: colour === null ? null : { rgb: colour, dark: isDark(colour) },
  };
}

const white = [255, 255, 255] as const;
const black = [0, 0, 0] as const;

/** A drawing in white on nothing would be lost on white. */
function groundUnder({ data }: DecodedImage): readonly [number, number, number] {
  let [light, ink] = [0, 0];
  for (let at = 0; at < data.length; at += 4) {
    const alpha = data[at + 3]!;
    ink += alpha;
    if (Math.min(data[at]!, data[at + 1]!, data[at + 2]!) > 255 - near) light += alpha;
  }
  return light > 0.9 * ink ? black : white;
}

/** Where the border's pixels begin in the data. */
function borderOf({ width, height }: DecodedImage): number[] {
  const places: number[] = [];
  for (let y = 0; y < height; y++) {
    const step = y === 0 || y === height - 1 ? 1 : Math.max(1, width - 1);
    for (let x = 0; x < width; x += step) places.push(4 * (y * width + x));
  }
  return places;
}

function compose(image: DecodedImage, ground: readonly [number, number, number]): Raster {
  const { width, height, data } = image;
  const out = new Uint8Array(3 * width * height);
  for (let from = 0, to = 0; from < data.length; from += 4, to += 3) {
    const alpha = data[from + 3]! / 255;
    for (let channel = 0; channel < 3; channel++) {
      const value = alpha * data[from + channel]! + (1 - alpha) * ground[channel]!;
      out[to + channel] = Math.round(value);
    }
  }
  return { width, height, data: out };
}

/** The colour of most of the places, as their mean; null where none has enough of them. */
function commonest(
  { data }: Raster,
  places: readonly number[],
): readonly [number, number, number] | null {
  const pixels = places.map((place) => (place / 4) * 3);
  const counts = new Map<number, number>();
  for (const at of pixels) {
    const bin = ((data[at]! >> 4) << 8) | ((data[at + 1]! >> 4) << 4) | (data[at + 2]! >> 4);
    counts.set(bin, (counts.get(bin) ?? 0) + 1);
  }
  const [top] = [...counts].sort(([a, m], [b, n]) => n - m || a - b);
  if (top === undefined) return null;
  const middle = [8, 4, 0].map((shift) => ((top[0] >> shift) & 15) * 17);
  const within = pixels.filter((at) =>
    middle.every((value, channel) => Math.abs(data[at + channel]! - value) <= near),
  );
  if (within.length < leastShare * pixels.length) return null;
  const mean = (channel: number) =>
    Math.round(within.reduce((sum, at) => sum + data[at + channel]!, 0) / within.length);
  return [mean(0), mean(1), mean(2)];
}

/** By luma (Rec. 709). */
function isDark([red, green, blue]: readonly [number, number, number]): boolean {
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue < 128;
}
