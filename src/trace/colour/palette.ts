/**
 * The colours of a picture: few, and those that areas have, not the blends at their edges. Weighted
 * k-means in OKLab, begun with the colours furthest apart, so that one picture has one palette.
 */
import type { Background } from "../image/background.ts";
import type { Raster } from "../image/raster.ts";
import { binColours, binCount, binOf, type Lab, labOf, squaredDistance } from "./lab.ts";

export interface PaletteColour {
  /** 0xRRGGBB: the mean of the pixels that are nearest to it. */
  readonly rgb: number;
  readonly lab: Lab;
}

/** Colours closer than this (OKLab) are one. */
const merged = 0.045;
/** Colours of a smaller share of the weight are left out. */
const leastWeight = 0.002;
const rounds = 12;

interface Bin {
  readonly lab: Lab;
  readonly weight: number;
  /** Weighted sums of the channels. */
  readonly sums: readonly [number, number, number];
}

/**
 * @param flatness by pixel, 0 to 1 ({@link flatnessOf})
 * @returns at most `most` colours other than the background's, the heaviest first
 */
export function paletteOf(
  raster: Raster,
  flatness: Float32Array,
  background: Background | null,
  most: number,
): PaletteColour[] {
  const ground = background === null ? null : labOf(...background.rgb);
  const bins = histogram(raster, flatness);
  const total = bins.reduce((sum, { weight }) => sum + weight, 0);
  const centres = furthestApart(bins, ground, most, total);
  let clusters: Bin[][] = [];
  for (let round = 0; round < rounds; round++) {
    clusters = nearest(bins, ground, centres);
    for (const [i, cluster] of clusters.entries()) {
      if (cluster.length > 0) centres[i] = colourOf(cluster).lab;
    }
  }
  return withoutTwins(clusters)
    .filter(({ weight }) => weight >= leastWeight * total)
    .sort((a, b) => b.weight - a.weight || a.colour.rgb - b.colour.rgb)
    .map(({ colour }) => colour);
}

/** How even a picture is around each pixel: 1 within an area, near 0 on an edge. */
export function flatnessOf({ width, height, data }: Raster): Float32Array {
  const flatness = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = 3 * (y * width + x);
      let differ = 0;
      const compare = (other: number) => {
        for (let channel = 0; channel < 3; channel++) {
          differ = Math.max(differ, Math.abs(data[at + channel]! - data[other + channel]!));
        }
      };
      if (x > 0) compare(at - 3);
      if (x < width - 1) compare(at + 3);
      if (y > 0) compare(at - 3 * width);
      if (y < height - 1) compare(at + 3 * width);
      flatness[y * width + x] = 1 / (1 + (differ / 8) ** 3);
    }
  }
  return flatness;
}

function histogram({ data }: Raster, flatness: Float32Array): Bin[] {
  const sums = new Float64Array(4 * binCount);
  for (let i = 0, at = 0; i < flatness.length; i++, at += 3) {
    const weight = flatness[i]!;
    const bin = 4 * binOf(data, at);
    sums[bin]! += weight;
    for (let channel = 0; channel < 3; channel++) {
      sums[bin + 1 + channel]! += weight * data[at + channel]!;
    }
  }
  const colours = binColours();
  return colours.flatMap((lab, bin) => {
    const [weight, red, green, blue] = sums.subarray(4 * bin, 4 * bin + 4);
    return weight! > 0 ? [{ lab, weight: weight!, sums: [red!, green!, blue!] as const }] : [];
  });
}

/** The heaviest colour, then always that whose weight lies furthest from those chosen. */
function furthestApart(
  bins: readonly Bin[],
  ground: Lab | null,
  most: number,
  total: number,
): Lab[] {
  const chosen: Lab[] = [];
  const away = bins.map(({ lab }) => (ground === null ? 1 : squaredDistance(lab, ground)));
  while (chosen.length < most) {
    let best = -1;
    let score = 0;
    for (const [i, { weight }] of bins.entries()) {
      const far = weight * Math.min(1, away[i]!);
      if (away[i]! >= merged ** 2 && far > score) [best, score] = [i, far];
    }
    if (best < 0 || score < 1e-6 * total) break;
    const { lab } = bins[best]!;
    chosen.push(lab);
    for (const [i, bin] of bins.entries()) {
      away[i] = Math.min(away[i]!, squaredDistance(bin.lab, lab));
    }
  }
  return chosen;
}

/** By centre, the bins that are nearest to it; those nearest to the ground are left out. */
function nearest(bins: readonly Bin[], ground: Lab | null, centres: readonly Lab[]): Bin[][] {
  const clusters: Bin[][] = centres.map(() => []);
  for (const bin of bins) {
    let best = -1;
    let least = ground === null ? Number.POSITIVE_INFINITY : squaredDistance(bin.lab, ground);
    for (const [i, centre] of centres.entries()) {
      const distance = squaredDistance(bin.lab, centre);
      if (distance < least) [best, least] = [i, distance];
    }
    if (best >= 0) clusters[best]!.push(bin);
  }
  return clusters;
}

function colourOf(bins: readonly Bin[]): PaletteColour {
  const weight = weightOf(bins);
  const channel = (i: 0 | 1 | 2) =>
    Math.round(bins.reduce((sum, bin) => sum + bin.sums[i], 0) / weight);
  const [red, green, blue] = [channel(0), channel(1), channel(2)];
  return { rgb: (red << 16) | (green << 8) | blue, lab: labOf(red, green, blue) };
}

function weightOf(bins: readonly Bin[]): number {
  return bins.reduce((sum, { weight }) => sum + weight, 0);
}

/** Clusters that came too close are joined, the nearest two first. */
function withoutTwins(clusters: readonly Bin[][]): { colour: PaletteColour; weight: number }[] {
  const left = clusters.filter((cluster) => cluster.length > 0).map((cluster) => [...cluster]);
  for (;;) {
    const colours = left.map(colourOf);
    let closest: [number, number] | null = null;
    let least = merged ** 2;
    for (let i = 0; i < left.length; i++) {
      for (let j = 0; j < i; j++) {
        const distance = squaredDistance(colours[i]!.lab, colours[j]!.lab);
        if (distance < least) [closest, least] = [[j, i], distance];
      }
    }
    if (closest === null) {
      return left.map((cluster, i) => ({ colour: colours[i]!, weight: weightOf(cluster) }));
    }
    const [into, from] = closest;
    left[into]!.push(...left.splice(from, 1)[0]!);
  }
}
