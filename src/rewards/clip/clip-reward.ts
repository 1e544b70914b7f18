/** How well a drawing fits its caption, to a CLIP whose weights are at hand. */

import type { Engine } from "../../../engine/index.ts";
import { RenderError, renderPixels } from "../../../svg/render/index.ts";
import type { RewardFunction } from "../reward.ts";
import { ClipModel } from "./clip-model.ts";

/**
 * The cosine of caption and picture, -1 to 1; papers give a hundred times of it. The picture is painted on
 * white, in the size that the model sees.
 * @param folder of the model.
 * @throws RewardError for a folder that holds no CLIP.
 */
export function clipReward(engine: Engine, folder: string): RewardFunction {
  const model = new ClipModel(engine, folder);
  const known = new Map<string, Float32Array>();
  const { image_size: size } = model.config.vision_config;
  return (batch) =>
    batch.map(({ prompt, drawing }) => {
      const text = known.get(prompt) ?? model.textEmbedding(prompt);
      known.set(prompt, text);
      try {
        const seen = model.pictureEmbedding(renderPixels(drawing, { size, background: "#ffffff" }));
        return seen.reduce((sum, value, i) => sum + value * text[i]!, 0);
      } catch (error) {
        if (error instanceof RenderError) return -1;
        throw error;
      }
    });
}
