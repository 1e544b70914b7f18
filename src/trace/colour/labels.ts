/** Which colour each pixel has: 0 is the ground, i + 1 the i-th colour of the palette. */
import type { Raster } from "../image/raster.ts";
import { binColours, binCount, binOf, type Lab, squaredDistance } from "./lab.ts";

export interface LabelMap {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** Pixels at least this flat tell their own colour. */
const flat = 0.5;
/** Others have one of those around them, this far off: an edge is no third colour. */
const reach = 2;

/** A colour in both spaces: where areas are told apart, and where pixels at edges are blends. */
export interface LabelColour {
  readonly lab: Lab;
  readonly rgb: readonly [red: number, green: number, blue: number];
}

/** @param colours of the labels, the ground's first; null where there is none. */
export function labelsOf(
  raster: Raster,
  flatness: Float32Array,
  colours: readonly (LabelColour | null)[],
): LabelMap {
  const { width, height, data } = raster;
  const labels = new Uint8Array(width * height);
  const nearest = new NearestColours(colours.map((colour) => colour?.lab ?? null));
  for (let i = 0; i < labels.length; i++) labels[i] = nearest.of(binOf(data, 3 * i));
  const settled = labels.slice();
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const i = y * width + x;
      if (flatness[i]! >= flat) continue;
      let around = 0;
      for (let v = Math.max(0, y - reach); v <= Math.min(height - 1, y + reach); v++) {
        for (let u = Math.max(0, x - reach); u <= Math.min(width - 1, x + reach); u++) {
          const j = v * width + u;
          if (flatness[j]! >= flat) around |= 1 << settled[j]!;
        }
      }
      if (around !== 0) labels[i] = nearestBlend(data, 3 * i, colours, around);
    }
  }
  return { width, height, data: labels };
}

/** Renderers blend in sRGB: half of each of two colours lies halfway between them there. */
function nearestBlend(
  data: Uint8Array,
  at: number,
  colours: readonly (LabelColour | null)[],
  allowed: number,
): number {
  let [best, least] = [0, Number.POSITIVE_INFINITY];
  for (const [label, colour] of colours.entries()) {
    if (colour === null || (allowed & (1 << label)) === 0) continue;
    let distance = 0;
    for (let channel = 0; channel < 3; channel++) {
      distance += (data[at + channel]! - colour.rgb[channel]!) ** 2;
    }
    if (distance < least) [best, least] = [label, distance];
  }
  return best;
}

/** The colour nearest to each bin, found when it is asked for. */
class NearestColours {
  readonly #colours: readonly (Lab | null)[];
  readonly #known: (number | undefined)[] = new Array(binCount);

  constructor(colours: readonly (Lab | null)[]) {
    this.#colours = colours;
  }

  of(bin: number): number {
    this.#known[bin] ??= this.#find(bin);
    return this.#known[bin]!;
  }

  #find(bin: number): number {
    const lab = binColours()[bin]!;
    let [best, least] = [0, Number.POSITIVE_INFINITY];
    for (const [label, colour] of this.#colours.entries()) {
      const distance = colour === null ? Number.POSITIVE_INFINITY : squaredDistance(lab, colour);
      if (distance < least) [best, least] = [label, distance];
    }
    return best;
  }
}

/** Areas of fewer pixels take the colour that most of the pixels at their edge have. */
export function withoutSpeckles(map: LabelMap, least: number): LabelMap {
  const { width, height } = map;
  const data = map.data.slice();
  for (const area of areasOf({ width, height, data }).sort((a, b) => a.length - b.length)) {
    if (area.length >= least) break;
    const own = data[area[0]!]!;
    const counts = new Map<number, number>();
    for (const i of area) {
      forNeighbours(i, width, height, (j) => {
        const other = data[j]!;
        if (other !== own) counts.set(other, (counts.get(other) ?? 0) + 1);
      });
    }
    const [most] = [...counts].sort(([a, m], [b, n]) => n - m || a - b);
    if (most !== undefined) for (const i of area) data[i] = most[0];
  }
  return { width, height, data };
}

/** Connected pixels of one label (by their sides), each area as its pixels' indices. */
export function areasOf({ width, height, data }: LabelMap): Uint32Array[] {
  const seen = new Uint8Array(data.length);
  const stack = new Uint32Array(data.length);
  const areas: Uint32Array[] = [];
  for (let start = 0; start < data.length; start++) {
    if (seen[start] === 1) continue;
    seen[start] = 1;
    stack[0] = start;
    let [done, found] = [0, 1];
    while (done < found) {
      const i = stack[done++]!;
      forNeighbours(i, width, height, (j) => {
        if (seen[j] === 1 || data[j] !== data[start]) return;
        seen[j] = 1;
        stack[found++] = j;
      });
    }
    areas.push(stack.slice(0, found));
  }
  return areas;
}

/** The pixels beside, above and below. */
export function forNeighbours(
  i: number,
  width: number,
  height: number,
  visit: (neighbour: number) => void,
): void {
  const x = i % width;
  if (x > 0) visit(i - 1);
  if (x < width - 1) visit(i + 1);
  if (i >= width) visit(i - width);
  if (i < width * (height - 1)) visit(i + width);
}
