/** Colours where distance is what the eye sees (Björn Ottosson, A perceptual color space, 2020). */
import { converter, modeOklab, modeRgb, useMode } from "culori/fn";

export type Lab = readonly [lightness: number, a: number, b: number];

useMode(modeRgb);
useMode(modeOklab);
const toLab = converter("oklab");

/** Of sRGB bytes. Lightness is 0 to 1. */
export function labOf(red: number, green: number, blue: number): Lab {
  const { l, a, b } = toLab({ mode: "rgb", r: red / 255, g: green / 255, b: blue / 255 });
  return [l, a, b];
}

export function squaredDistance(p: Lab, q: Lab): number {
  return (p[0] - q[0]) ** 2 + (p[1] - q[1]) ** 2 + (p[2] - q[2]) ** 2;
}

/** Bins of five bits a channel. */
export const binCount = 2 ** 15;

export function binOf(data: Uint8Array, at: number): number {
  return ((data[at]! >> 3) << 10) | ((data[at + 1]! >> 3) << 5) | (data[at + 2]! >> 3);
}

let bins: readonly Lab[] | undefined;

/** The colour in the middle of each bin. */
export function binColours(): readonly Lab[] {
  bins ??= Array.from({ length: binCount }, (_, bin) => {
    const channel = (shift: number) => (((bin >> shift) & 31) * 255) / 31;
    return labOf(channel(10), channel(5), channel(0));
  });
  return bins;
}
