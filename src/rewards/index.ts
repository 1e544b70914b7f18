/** What a drawing is worth: rewards by name, of a module, or as functions. */
export { type CaptionRewardOptions, captionReward } from "./caption-reward.ts";
export { clipReward } from "./clip-reward.ts";
export { likenessReward, mseReward, ssimReward, validReward } from "./likeness.ts";
export {
  openRewards,
  type RewardContext,
  type RewardWeights,
  rewardNames,
} from "./open-rewards.ts";
export {
  type Judged,
  judge,
  type NamedReward,
  RewardError,
  type RewardFunction,
  type RewardSample,
} from "./reward.ts";
