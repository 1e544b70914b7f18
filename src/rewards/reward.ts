/**
 * Rewards: what a drawing is worth, as a number, the higher the better. A reward takes a batch, as TRL's
 * reward functions do, so that one of a model's own scores many drawings in a pass; rejection sampling and
 * whatever else learns from a model's own drawings ask for them alike.
 */

import { PathloomError } from "../../errors/index.ts";
import type { Drawing } from "../../svg/index.ts";

/** Sums of rewards beyond would not be numbers that a file can keep. */
const largestReward = 1e12;

/**
 * A drawing to be judged.
 * @example
 * const shortIsGood: RewardFunction = (batch) => batch.map(({ ids }) => -ids.length);
 */
export interface RewardSample {
  readonly prompt: string;
  readonly drawing: Drawing;
  /** Its tokens, from the one that opens it to the one that ends it. */
  readonly ids: readonly number[];
  /** The real drawing of that caption; null where there is none. */
  readonly reference: Drawing | null;
}

/**
 * Judges a batch: a number for each of its drawings, in their order.
 * @example
 * const fewElements: RewardFunction = (batch) =>
 *   batch.map(({ drawing }) => -drawing.elements.length);
 */
export type RewardFunction = (
  batch: readonly RewardSample[],
) => readonly number[] | Promise<readonly number[]>;

export interface NamedReward {
  readonly name: string;
  readonly weight: number;
  readonly score: RewardFunction;
}

export interface Judged {
  /** The weighted sum. */
  readonly reward: number;
  /** By the rewards' names, unweighted. */
  readonly parts: Readonly<Record<string, number>>;
}

/**
 * A reward that threw, or did not give a finite number for each drawing.
 * @example
 * try {
 *   await rejectionSampling({ config, folder: "runs/mine", rewards: { mine: () => [] } });
 * } catch (error) {
 *   if (!(error instanceof RewardError)) throw error;
 *   console.error(error.message);
 * }
 */
export class RewardError extends PathloomError {
  override readonly name: string = "RewardError";
  override readonly code: string = "ERR_REWARD";
}

/** @throws RewardError naming the reward, and the caption where it is about one. */
export async function judge(
  rewards: readonly NamedReward[],
  batch: readonly RewardSample[],
): Promise<Judged[]> {
  const parts = batch.map((): Record<string, number> => ({}));
  for (const { name, score } of rewards) {
    const found = await scored(name, score, batch);
    if (!Array.isArray(found) || found.length !== batch.length) {
      const what = Array.isArray(found) ? `${found.length} numbers` : typeof found;
      throw new RewardError(
        `the reward ${name}: expected a list of ${batch.length} numbers, one a drawing, but it gave ${what}`,
      );
    }
    for (const [index, value] of found.entries()) {
      if (typeof value !== "number" || !(Math.abs(value) <= largestReward)) {
        throw new RewardError(
          `the reward ${name}: expected a finite number, of ${largestReward} at most, for the drawing of ${JSON.stringify(batch[index]?.prompt)}, but it gave ${String(value)}`,
        );
      }
      parts[index]![name] = value;
    }
  }
  return parts.map((own) => ({
    reward: rewards.reduce((sum, { name, weight }) => sum + weight * own[name]!, 0),
    parts: own,
  }));
}

async function scored(
  name: string,
  score: RewardFunction,
  batch: readonly RewardSample[],
): Promise<unknown> {
  try {
    return await score(batch);
  } catch (error) {
    if (error instanceof PathloomError) throw error;
    const [line = ""] = String((error as Error)?.message ?? error).split("\n");
    throw new RewardError(`the reward ${name} threw: ${line.slice(0, 300)}`, { cause: error });
  }
}
