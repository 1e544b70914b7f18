/** Rotary positions stretched beyond the context of pretraining, as a configuration asks. */

import {
  type DecoderConfig,
  dynamicReach,
  type RopeConfig,
  usualYarn,
} from "../../models/index.ts";
import { ConfigError, type ModelConfig } from "../config/index.ts";

/**
 * A decoder whose positions are stretched from the context that it was pretrained with.
 * - `linear`: position interpolation (Chen et al. 2023, arXiv 2306.15595);
 * - `dynamic`: the base grows with each token beyond the context of pretraining, so that shorter
 *   drawings are turned as they were in it (emozilla 2023, "dynamic NTK");
 * - `ntk`: the base grows so that the slowest frequency is divided by the factor and the fastest kept
 *   (bloc97 2023, "NTK-aware scaled RoPE"); it is saved as `rope_theta`, which every program reads;
 * - `yarn`: Peng et al. 2023, arXiv 2309.00071, with the paper's settings.
 * @param original the context of pretraining, in tokens.
 * @returns the rotary positions; those of before without a scaling.
 * @throws ConfigError where a factor of `dynamic` does not lead to the context.
 */
export function stretchedRope(
  { rope, headDim }: Pick<DecoderConfig, "rope" | "headDim">,
  { ropeScaling, ropeFactor }: Pick<ModelConfig, "ropeScaling" | "ropeFactor">,
  original: number,
  contextLength: number,
): RopeConfig {
  const factor = ropeFactor ?? Math.max(1, contextLength / original);
  switch (ropeScaling) {
    case null:
      return rope;
    case "linear":
      return { ...rope, scaling: { type: "linear", factor } };
    case "dynamic": {
      const scaling = { type: "dynamic", factor, originalContextLength: original } as const;
      const longest = dynamicReach(scaling);
      if (longest === contextLength) return { ...rope, scaling };
      throw new ConfigError([
        `model.ropeFactor: dynamic scaling by ${factor} reaches ${longest} tokens from a context of pretraining of ${original}, but model.contextLength is ${contextLength}; leave one of them out, or let them agree`,
      ]);
    }
    case "yarn":
      return { ...rope, scaling: usualYarn(factor, original) };
    case "ntk": {
      const turned = Math.trunc(headDim * rope.share);
      const exponent = turned > 2 ? turned / (turned - 2) : 1;
      return { ...rope, theta: rope.theta * factor ** exponent };
    }
  }
}

/**
 * A pretrained decoder with the context and the positions that a configuration stretches it to.
 * @throws ConfigError where it has no rotary positions, or a scaling of its own.
 */
export function stretchedDecoder(
  decoder: DecoderConfig,
  model: ModelConfig,
  contextLength: number,
): DecoderConfig {
  if (model.ropeScaling === null) return decoder;
  const { positions, rope } = decoder;
  const own =
    rope.scaling?.type ?? (rope.localTheta === null ? null : "one for each kind of layer");
  if (positions !== "rotary" || own !== null) {
    const why = own === null ? `has ${positions} positions` : `has a scaling of its own (${own})`;
    throw new ConfigError([`model.ropeScaling: ${model.from} ${why}; leave it out`]);
  }
  const stretched = stretchedRope(decoder, model, decoder.contextLength, contextLength);
  return { ...decoder, contextLength, rope: stretched };
}
