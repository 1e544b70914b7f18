/** The configuration of a round's training: the recipe's, from the model of the round before, on its drawings. */

import type { Config } from "../config/index.ts";

export interface RoundSources {
  /** The model that it begins with. */
  readonly from: string;
  /** The table of drawings, or of pairs. */
  readonly kept: string;
  /** The table of real drawings; null where none are shown. */
  readonly real: string | null;
}

export function roundConfig(
  config: Config,
  round: number,
  { from, kept, real }: RoundSources,
): Config {
  const source =
    real === null
      ? kept
      : [
          { source: kept, weight: 1 },
          { source: real, weight: config.rejection.realWeight },
        ].map((entry) => ({ ...entry, style: null, word: null, columns: null }));
  return {
    ...config,
    data: {
      ...config.data,
      // What is held out is measured by the reward, between the rounds.
      ...{ source, heldOut: 0, limit: null, styleWords: 0, augment: "none" as const },
      // Drawings of one caption are what a round is about.
      filters: { ...config.data.filters, captionSimilarity: null, nearDuplicates: "keep" },
    },
    model: { ...config.model, from },
    train: {
      ...config.train,
      ...{ evalEvery: null, sampleEvery: null, patience: null, seed: config.train.seed + round },
    },
    generate: { ...config.generate, samples: 0, prompts: [] },
    evaluate: { ...config.evaluate, drawn: 0 },
  };
}
