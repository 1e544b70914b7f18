/**
 * A picture as layers, each of one colour, painted one over the other. A layer runs on below those that are
 * painted after it and touch it: so it has no hole where they lie, and no seam shows between them.
 */
import type { Background } from "../image/background.ts";
import type { Bitmap, Raster } from "../image/raster.ts";
import { labOf } from "./lab.ts";
import { areasOf, forNeighbours, type LabelMap, labelsOf, withoutSpeckles } from "./labels.ts";
import { flatnessOf, type PaletteColour, paletteOf } from "./palette.ts";

export interface Layer {
  /** 0xRRGGBB. */
  readonly rgb: number;
  readonly ink: Bitmap;
}

export interface Layered {
  /** In painting order. */
  readonly layers: readonly Layer[];
  /** The picture that a trace is compared with: on white, whatever its ground was. */
  readonly reference: Raster;
}

export interface LayerOptions {
  /** Most colours, the ground's not counted. */
  readonly colors: number;
  /** Areas of fewer pixels are none. */
  readonly speckle: number;
}

/** Lighter than this (OKLab), a grey is lost on white. */
const lightest = 0.8;
/** Colours with less chroma are greys. */
const grey = 0.04;

/** @param found a grey ground is left away; one in a colour is a layer like others. */
export function layersOf(
  raster: Raster,
  found: Background | null,
  { colors, speckle }: LayerOptions,
): Layered {
  const background = found === null || isColoured(found) ? null : found;
  const flatness = flatnessOf(raster);
  const palette = paletteOf(raster, flatness, background, colors);
  const ground =
    background === null ? null : { lab: labOf(...background.rgb), rgb: background.rgb };
  if (palette.length === 0) return { layers: [], reference: onWhite(raster, background, null) };
  const rough = labelsOf(raster, flatness, [
    ground,
    ...palette.map(({ lab, rgb }) => ({ lab, rgb: channelsOf(rgb) })),
  ]);
  const labels = withoutSpeckles(rough, speckle);
  const turned = background?.dark === true ? turnedGreys(labels, palette) : new Set<number>();
  const colour = (label: number) => {
    const { rgb } = palette[label - 1]!;
    return turned.has(label) ? 0xffffff - rgb : rgb;
  };
  const order = byArea(labels, palette.length);
  const layers = order.flatMap((label, place) => {
    const ink = layerInk(labels, label, new Set(order.slice(place)));
    return ink === null ? [] : [{ rgb: colour(label), ink }];
  });
  return {
    layers,
    reference: onWhite(raster, background, turned.size > 0 ? labels : null, turned),
  };
}

function isColoured({ rgb }: Background): boolean {
  const [, a, b] = labOf(...rgb);
  return Math.hypot(a, b) >= grey;
}

/**
 * On a dark ground that is made white, light greys that were drawn upon it would be lost: they become as
 * dark as they were light. Those within other colours, as the white of an eye, stay.
 */
function turnedGreys(labels: LabelMap, palette: readonly PaletteColour[]): Set<number> {
  const { width, height, data } = labels;
  const edges = new Float64Array(palette.length + 1);
  const atGround = new Float64Array(palette.length + 1);
  for (let i = 0; i < data.length; i++) {
    forNeighbours(i, width, height, (j) => {
      if (data[i] === data[j]) return;
      edges[data[i]!]! += 1;
      if (data[j] === 0) atGround[data[i]!]! += 1;
    });
  }
  const turned = palette.flatMap(({ lab: [lightness, a, b] }, i) => {
    const lost = lightness > lightest && Math.hypot(a, b) < grey;
    return lost && atGround[i + 1]! > edges[i + 1]! / 2 ? [i + 1] : [];
  });
  return new Set(turned);
}

function channelsOf(rgb: number): [number, number, number] {
  return [rgb >> 16, (rgb >> 8) & 255, rgb & 255];
}

/** Labels that occur but for the ground, the largest first. */
function byArea({ data }: LabelMap, colours: number): number[] {
  const areas = new Float64Array(colours + 1);
  for (const label of data) areas[label]! += 1;
  return Array.from({ length: colours }, (_, i) => i + 1)
    .filter((label) => areas[label]! > 0)
    .sort((a, b) => areas[b]! - areas[a]! || a - b);
}

/** @param above the labels that it may run below, itself among them. */
function layerInk(labels: LabelMap, own: number, above: ReadonlySet<number>): Bitmap | null {
  const { width, height, data } = labels;
  const joined = { width, height, data: data.map((label) => (above.has(label) ? 1 : 0)) };
  const ink = new Uint8Array(data.length);
  let some = false;
  for (const area of areasOf(joined)) {
    if (joined.data[area[0]!] === 0 || !area.some((i) => data[i] === own)) continue;
    some = true;
    for (const i of area) ink[i] = 1;
  }
  return some ? { width, height, data: ink } : null;
}

/** The picture with its ground made white, blends at edges included, and turned greys turned. */
function onWhite(
  { width, height, data }: Raster,
  background: Background | null,
  labels: LabelMap | null,
  turned: ReadonlySet<number> = new Set(),
): Raster {
  if (background === null || background.rgb.every((channel) => channel === 255)) {
    return { width, height, data };
  }
  const out = new Uint8Array(data.length);
  for (let i = 0, at = 0; at < data.length; i++, at += 3) {
    let far = 0;
    for (let channel = 0; channel < 3; channel++) {
      far = Math.max(far, Math.abs(data[at + channel]! - background.rgb[channel]!));
    }
    const turns = labels !== null && (labels.data[i] === 0 || turned.has(labels.data[i]!));
    // A blend of ground and drawing: the less it differs from the ground, the whiter it becomes.
    const share = Math.min(1, far / 64);
    for (let channel = 0; channel < 3; channel++) {
      const value = turns ? 255 - data[at + channel]! : data[at + channel]!;
      out[at + channel] = Math.round(share * value + (1 - share) * 255);
    }
  }
  return { width, height, data: out };
}
