/** Rewards of what a drawing looks like: whether anything is there, and how like the real one it is. */

import type { Drawing } from "../../svg/index.ts";
import { pictureOf } from "../evaluate/index.ts";
import { type GreyPicture, greyOf, meanSquaredError, paint, ssim } from "../metrics/index.ts";
import { RewardError, type RewardFunction, type RewardSample } from "./reward.ts";

/** Pixels of a side. */
const pictureSize = 96;

/**
 * 1 for a drawing that renders to something and keeps to its budget, else 0.
 * @param maxTokens of a drawing; null for any.
 */
export function validReward(maxTokens: number | null): RewardFunction {
  return (batch) =>
    batch.map(({ drawing, ids }) => {
      if (maxTokens !== null && ids.length > maxTokens) return 0;
      return paint(drawing, pictureSize)?.blank === false ? 1 : 0;
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
  batch.map((sample) => compared("mse", sample, (a, b) => -meanSquaredError(a.data, b.data), -1));

/** @param worst of a drawing that does not render. */
function compared(
  name: string,
  sample: RewardSample,
  measure: (a: GreyPicture, b: GreyPicture) => number,
  worst: number,
): number {
  const [own, real] = [
    paint(sample.drawing, pictureSize),
    paint(referenceOf(name, sample), pictureSize),
  ];
  return own === null || real === null ? worst : measure(greyOf(own), greyOf(real));
}

/** @throws RewardError where there is none. */
function referenceOf(name: string, { prompt, reference }: RewardSample): Drawing {
  if (reference !== null) return reference;
  throw new RewardError(
    `the reward ${name} compares with the real drawing, but ${JSON.stringify(prompt)} has none`,
  );
}
