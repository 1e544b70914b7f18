/**
 * A hash of how a drawing looks: 256 signs of random projections of its edges in three colours on white
 * (Charikar 2002), so that the share of signs in which two differ is the angle between their looks.
 */
import seedrandom from "seedrandom";
import type { Drawing } from "../../svg/index.ts";
import { RenderError, renderPixels } from "../../svg/render/index.ts";
import { localMean, lookSide } from "../corpus/look.ts";
import { hashBits, hashWords } from "./look-search.ts";

const pixels = lookSide * lookSide;
const channels = 3;

/** Pixels to each side of the mean that softens, and of the one that is taken away. */
const near = 1;
const wide = 3;

/** How a drawing looks on white paper: red, green and blue, each of 32 x 32, row-major. */
export interface ColorLook {
  /** `[3072]`: darkness from 0 to 1, as a mean of three by three pixels. */
  readonly soft: Float32Array;
  /** `[3072]`, of length 1: softened once more, with the mean of the surroundings taken away. */
  readonly edges: Float32Array;
}

/** Null where it does not render or nothing shows. */
export function colorLookOf(drawing: Drawing): ColorLook | null {
  const picture = onWhite(drawing);
  if (picture === null) return null;
  const look = new Float32Array(channels * pixels);
  const soft = new Float32Array(channels * pixels);
  let squares = 0;
  for (let channel = 0; channel < channels; channel++) {
    const plane = picture.subarray(channel * pixels, (channel + 1) * pixels);
    const once = localMean(plane, near);
    soft.set(once, channel * pixels);
    const softened = localMean(once, near);
    const around = localMean(softened, wide);
    for (let i = 0; i < pixels; i++) {
      const edge = softened[i]! - around[i]!;
      look[channel * pixels + i] = edge;
      squares += edge * edge;
    }
  }
  const length = Math.sqrt(squares);
  return length < 1e-6 ? null : { soft, edges: look.map((edge) => edge / length) };
}

/** Cosine of two looks' edges, from which on they may be one. */
const leastCosine = 0.95;

/**
 * How much darker one may be anywhere. Two icons of one frame have a cosine of 0.98 and differ by 0.4 and
 * more where their signs are; what is moved by a sixtieth of its size differs by 0.2. By looking at pairs.
 */
const mostDarker = 0.2;

/** Whether two drawings look nearly the same everywhere. */
export function looksAlike(a: ColorLook, b: ColorLook): boolean {
  let cosine = 0;
  for (let i = 0; i < a.edges.length; i++) cosine += a.edges[i]! * b.edges[i]!;
  if (cosine < leastCosine) return false;
  for (let i = 0; i < a.soft.length; i++) {
    if (Math.abs(a.soft[i]! - b.soft[i]!) > mostDarker) return false;
  }
  return true;
}

/** The look of the drawing flipped from left to right. */
export function mirroredColorLook({ soft, edges }: ColorLook): ColorLook {
  const turned = (planes: Float32Array) =>
    planes.map((_, place) => {
      const x = place % lookSide;
      return planes[place - x + lookSide - 1 - x]!;
    });
  return { soft: turned(soft), edges: turned(edges) };
}

/** Darkness, 0 to 1, of three planes; the picture's centre in the middle. */
function onWhite(drawing: Drawing): Float64Array | null {
  try {
    const size = lookSide;
    const { width, height, data } = renderPixels(drawing, { size, background: "#ffffff" });
    const planes = new Float64Array(channels * pixels);
    const [left, top] = [(lookSide - width) >> 1, (lookSide - height) >> 1];
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const from = 4 * (y * width + x);
        const to = (top + y) * lookSide + left + x;
        for (let c = 0; c < channels; c++) planes[c * pixels + to] = 1 - data[from + c]! / 255;
      }
    }
    return planes;
  } catch (error) {
    if (error instanceof RenderError) return null;
    throw error;
  }
}

/** Signs are taken of a look of half the side: finer parts differ between look-alikes anyway. */
const half = lookSide / 2;
const coarseLength = channels * half * half;

let rows: Float32Array | null = null;

/** Rows of plus and minus one; the same in every run. */
function projections(): Float32Array {
  if (rows === null) {
    const random = seedrandom("perceptual hash");
    rows = Float32Array.from({ length: hashBits * coarseLength }, () => (random() < 0.5 ? -1 : 1));
  }
  return rows;
}

/** `[8]`, bit by bit. @param look of {@link colorLookOf}. */
export function perceptualHash({ edges }: ColorLook): Int32Array {
  const coarse = new Float32Array(coarseLength);
  for (let c = 0; c < channels; c++) {
    for (let y = 0; y < lookSide; y++) {
      const row = (c * half + (y >> 1)) * half;
      const from = c * pixels + y * lookSide;
      for (let x = 0; x < lookSide; x++) coarse[row + (x >> 1)]! += edges[from + x]!;
    }
  }
  const project = projections();
  const hash = new Int32Array(hashWords);
  for (let sign = 0; sign < hashBits; sign++) {
    let sum = 0;
    const row = sign * coarseLength;
    for (let i = 0; i < coarseLength; i++) sum += coarse[i]! * project[row + i]!;
    if (sum > 0) hash[sign >> 5]! |= 1 << (sign & 31);
  }
  return hash;
}

/** The hashes of a drawing and of its mirror image, one after the other; null where nothing shows. */
export function bothHashes(drawing: Drawing): Int32Array | null {
  const look = colorLookOf(drawing);
  if (look === null) return null;
  const both = new Int32Array(2 * hashWords);
  both.set(perceptualHash(look));
  both.set(perceptualHash(mirroredColorLook(look)), hashWords);
  return both;
}
