/** Rewards of what a drawing looks like: whether anything is there, and how like the real one it is. */

import type { Drawing } from "../../svg/index.ts";
import { isBlank, RenderError, renderPixels } from "../../svg/render/index.ts";
import { pictureOf } from "../evaluate/index.ts";
import { RewardError, type RewardFunction, type RewardSample } from "./reward.ts";
import { type GreyPicture, ssim } from "./ssim.ts";

/** Pixels of the longer side. */
const pictureSize = 96;

/**
 * 1 for a drawing that renders to something and keeps to its budget, else 0.
 * @param maxTokens of a drawing; null for any.
 */
export function validReward(maxTokens: number | null): RewardFunction {
  return (batch) =>
    batch.map(({ drawing, ids }) => {
      if (maxTokens !== null && ids.length > maxTokens) return 0;
      const picture = greyOf(drawing);
      return picture === null || picture.blank ? 0 : 1;
    });
}

/**
 * The cosine of the blurred pictures of a drawing and the real one, as docs/measure.md compares: 1 is equal,
 * 0 for nothing. Of thin lines it says more than `ssim`, to which one that lies aside is worse than none.
 */
export const likenessReward: RewardFunction = (batch) =>
  batch.map((sample) => {
    const [own, real] = [pictureOf(sample.drawing), pictureOf(referenceOf("likeness", sample))];
    if (own === null || real === null) return 0;
    return own.reduce((sum, value, i) => sum + value * real[i]!, 0);
  });

/** Structural similarity to the real drawing, on white at 96 pixels, in grey: 1 is equal. */
export const ssimReward: RewardFunction = (batch) =>
  batch.map((sample) => compared("ssim", sample, ssim, 0));

/** Less the mean squared difference of the grey values from those of the real drawing: 0 is equal, -1 worst. */
export const mseReward: RewardFunction = (batch) =>
  batch.map((sample) => compared("mse", sample, (a, b) => -meanSquare(a, b), -1));

/** @param worst of a drawing that does not render, or is of another shape. */
function compared(
  name: string,
  sample: RewardSample,
  measure: (a: GreyPicture, b: GreyPicture) => number,
  worst: number,
): number {
  const [own, real] = [greyOf(sample.drawing), greyOf(referenceOf(name, sample))];
  if (own === null || real === null) return worst;
  return own.width === real.width && own.height === real.height ? measure(own, real) : worst;
}

/** @throws RewardError where there is none. */
function referenceOf(name: string, { prompt, reference }: RewardSample): Drawing {
  if (reference !== null) return reference;
  throw new RewardError(
    `the reward ${name} compares with the real drawing, but ${JSON.stringify(prompt)} has none`,
  );
}

function meanSquare(a: GreyPicture, b: GreyPicture): number {
  const sum = a.data.reduce((total, value, i) => total + (value - b.data[i]!) ** 2, 0);
  return sum / a.data.length;
}

/** On white. Null where it does not render. */
function greyOf(drawing: Drawing): (GreyPicture & { readonly blank: boolean }) | null {
  try {
    const pixels = renderPixels(drawing, { size: pictureSize, background: "#ffffff" });
    const { width, height, data } = pixels;
    const grey = new Float64Array(width * height);
    // ITU-R BT.601, as Pillow's mode L.
    for (let i = 0; i < grey.length; i++) {
      const [red, green, blue] = [data[4 * i]!, data[4 * i + 1]!, data[4 * i + 2]!];
      grey[i] = (0.299 * red + 0.587 * green + 0.114 * blue) / 255;
    }
    return { width, height, data: grey, blank: isBlank(pixels) };
  } catch (error) {
    if (error instanceof RenderError) return null;
    throw error;
  }
}
