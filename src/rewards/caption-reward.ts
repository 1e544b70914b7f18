/** How well a drawing can be told to be of its caption, by a model that writes drawings. */

import seedrandom from "seedrandom";
import type { Sample } from "../../data/index.ts";
import type { Model } from "../../models/index.ts";
import { encodePrompt, type SvgTokenizer } from "../../tokenizer/index.ts";
import { drawingLogLikelihoods } from "../evaluate/index.ts";
import type { RewardFunction } from "./reward.ts";

export interface CaptionRewardOptions {
  /** Judges; mostly the model that training began with, so that it does not learn to please itself. */
  readonly model: Model;
  readonly tokenizer: SvgTokenizer;
  /** That the true one is told apart from. */
  readonly captions: readonly string[];
  /** How many of them, besides the true one, for each drawing. */
  readonly distractors: number;
  readonly seed: number;
}

/**
 * ln p(caption | drawing) among a few captions, each as likely beforehand: by Bayes from how likely each
 * makes the drawing. 0 where the drawing says its caption for certain; minus the logarithm of their number
 * where it says nothing. (The measure of `evaluate --measure` that looks for the caption.)
 */
export function captionReward(options: CaptionRewardOptions): RewardFunction {
  const { model, tokenizer, captions, distractors, seed } = options;
  const known = [...new Set(captions)];
  const { pad } = tokenizer.vocabulary.special;
  const { contextLength } = model.config;
  return (batch) => {
    const offered = batch.map(({ prompt, ids }) => {
      const others = pickOthers(known, prompt, distractors, `${seed}/${prompt}`);
      const samples = [prompt, ...others].flatMap((caption, index): Sample[] => {
        const before = encodePrompt(tokenizer, caption);
        const tokens = Int32Array.from([...before, ...ids]);
        if (tokens.length - 1 > contextLength && index > 0) return [];
        return [{ tokens, drawingStart: before.length }];
      });
      return { samples, offered: others.length + 1 };
    });
    const all = offered.flatMap(({ samples }) => samples);
    const found = drawingLogLikelihoods(model, all, pad);
    let from = 0;
    return offered.map(({ samples: { length }, offered: count }) => {
      const own = found.subarray(from, from + length);
      from += length;
      const most = Math.max(...own);
      const total = own.reduce((sum, value) => sum + Math.exp(value - most), 0);
      // A caption that the drawing leaves no room for was not told apart: it counts as one that was
      // not, or drawings that fill the context would be the best.
      return own[0]! - most - Math.log(total) - Math.log(count / length);
    });
  };
}

/** The same for every drawing of a caption, so that they compare. */
function pickOthers(
  captions: readonly string[],
  own: string,
  count: number,
  seed: string,
): string[] {
  const random = seedrandom(seed);
  const left = captions.filter((caption) => caption !== own);
  const most = Math.min(count, left.length);
  for (let i = 0; i < most; i++) {
    const j = i + Math.floor(random() * (left.length - i));
    [left[i], left[j]] = [left[j]!, left[i]!];
  }
  return left.slice(0, most);
}
