/** How well a drawing fits its caption, to a CLIP whose weights are at hand. */

import { cosine, type PairEncoder, paint } from "../metrics/index.ts";
import type { RewardFunction } from "./reward.ts";

/** Captions whose embeddings are kept. */
const mostKnown = 10_000;

/**
 * The cosine of caption and picture, -1 to 1, -1 for a drawing that does not render; papers give a hundred
 * times of it. The picture is painted on white, in the size that the model sees.
 */
export function clipReward(clip: PairEncoder): RewardFunction {
  const known = new Map<string, Float32Array>();
  return async (batch) => {
    const found: number[] = [];
    for (const { prompt, drawing } of batch) {
      const text = known.get(prompt) ?? (await clip.text(prompt));
      if (known.size >= mostKnown) known.clear();
      known.set(prompt, text);
      const picture = paint(drawing, clip.size);
      found.push(picture === null ? -1 : cosine(await clip.picture(picture), text));
    }
    return found;
  };
}
