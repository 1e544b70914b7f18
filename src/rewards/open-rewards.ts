/** Rewards by what a configuration calls them: a name, or a module of the user's own. */

import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Model } from "../../models/index.ts";
import type { SvgTokenizer } from "../../tokenizer/index.ts";
import { openClip } from "../metrics/index.ts";
import { captionReward } from "./caption-reward.ts";
import { clipReward } from "./clip-reward.ts";
import { likenessReward, mseReward, ssimReward, validReward } from "./likeness.ts";
import { type NamedReward, RewardError, type RewardFunction } from "./reward.ts";

/** Those that come along. */
export const rewardNames = ["likeness", "ssim", "mse", "valid", "caption", "clip"] as const;

/** A reward's name, or the file of a module whose default export is a `RewardFunction`, with its weight. */
export type RewardWeights = Readonly<Record<string, number>>;

export interface RewardContext {
  /** The model that training begins with, and what it draws with. */
  readonly model: Model;
  readonly tokenizer: SvgTokenizer;
  /** All captions that are drawn. */
  readonly captions: readonly string[];
  /** Longest drawing in tokens; null for any. */
  readonly maxTokens: number | null;
  readonly seed: number;
  /** The folder of a CLIP in the layout of the Hub; null where none is at hand. */
  readonly clip: string | null;
  /** Functions of a program's own, by the names that the weights call them. */
  readonly functions?: Readonly<Record<string, RewardFunction>>;
}

const distractors = 15;

/** @throws RewardError for a name that is none, or a module without a function. */
export async function openRewards(
  weights: RewardWeights,
  context: RewardContext,
): Promise<NamedReward[]> {
  const rewards: NamedReward[] = [];
  for (const [name, weight] of Object.entries(weights)) {
    rewards.push({ name, weight, score: await openReward(name, context) });
  }
  return rewards;
}

async function openReward(name: string, context: RewardContext): Promise<RewardFunction> {
  const own = Object.hasOwn(context.functions ?? {}, name) ? context.functions?.[name] : undefined;
  if (own !== undefined) return own;
  switch (name) {
    case "likeness":
      return likenessReward;
    case "ssim":
      return ssimReward;
    case "mse":
      return mseReward;
    case "valid":
      return validReward(context.maxTokens);
    case "caption":
      return captionReward({ ...context, distractors });
  }
  if (name === "clip") {
    if (context.clip !== null) {
      return clipReward(await openClip(context.clip, 1, context.model.engine));
    }
    throw new RewardError(
      "the reward clip is not run: no CLIP is named; set rejection.clip to a folder that holds one, or to an id of the Hub, as openai/clip-vit-base-patch32",
    );
  }
  if (/\.(m?js|m?ts)$/.test(name)) return moduleReward(name);
  throw new RewardError(
    `there is no reward ${JSON.stringify(name)}; there are ${rewardNames.join(", ")}, or name the file of a module whose default export is a function, as ./reward.mjs`,
  );
}

async function moduleReward(file: string): Promise<RewardFunction> {
  const path = resolve(file);
  if (!existsSync(path)) throw new RewardError(`the reward ${file}: there is no such file`);
  let found: unknown;
  try {
    found = ((await import(pathToFileURL(path).href)) as { readonly default?: unknown }).default;
  } catch (error) {
    const [line = ""] = String((error as Error)?.message ?? error).split("\n");
    throw new RewardError(`the reward ${file} cannot be loaded: ${line.slice(0, 300)}`, {
      cause: error,
    });
  }
  if (typeof found === "function") return found as RewardFunction;
  throw new RewardError(
    `the reward ${file}: expected a function as its default export, from a list of drawings to a list of numbers, but found ${typeof found}`,
  );
}
