/**
 * What the runs of a sweep have alike, so that they differ in what is swept alone: updates, tokens
 * or time.
 */
import { type Config, ConfigError, countedInSteps } from "../config/index.ts";
import { positionsPerStep } from "../runs/index.ts";

/** @throws ConfigError where the recipe does not say how many steps. */
export function stepsAlike(config: Config): number {
  const { steps } = config.train;
  if (steps !== null) return steps;
  throw new ConfigError([
    "sweep.equal: tokens and steps need train.steps, which this recipe does not say",
  ]);
}

/**
 * As many tokens a step as the recipe reads, by more rows where they are shorter, and as many in all:
 * where rows cannot make up for it, or are swept themselves, by more steps.
 * @param recipe before anything is swept
 * @param swept the keys of the sweep
 */
export function withEqualTokens(recipe: Config, run: Config, swept: ReadonlySet<string>): Config {
  if (!run.data.packing) {
    throw new ConfigError([
      "sweep.equal: tokens counts full rows, but data.packing is false; pack, or say steps or time",
    ]);
  }
  if (run.model.from !== null && run.model.contextLength === null) {
    throw new ConfigError([
      "sweep.equal: tokens needs model.contextLength, which a pretrained model leaves open",
    ]);
  }
  const budget = stepsAlike(recipe) * positionsPerStep(recipe);
  const { batchSize } = run.train;
  const rows = positionsPerStep(recipe) / (positionsPerStep(run) / batchSize);
  const filled = swept.has("train.batchSize") ? batchSize : Math.max(1, Math.round(rows));
  const shaped = { ...run, train: { ...run.train, batchSize: filled } };
  const steps = Math.max(1, Math.round(budget / positionsPerStep(shaped)));
  return withSteps(shaped, steps, stepsAlike(recipe));
}

/**
 * As many steps as the time holds at a measured speed.
 * @param secondsPerStep of a trial of this combination
 */
export function withEqualTime(run: Config, minutes: number, secondsPerStep: number): Config {
  const steps = Math.max(1, Math.round((60 * minutes) / secondsPerStep));
  const timed = { ...run, train: { ...run.train, minutes: null, epochs: null } };
  return withSteps(timed, steps, run.train.steps ?? steps);
}

/** What is counted in steps keeps its share of the run: what was none stays none, and what was some is. */
function withSteps(config: Config, steps: number, before: number): Config {
  const { train } = config;
  if (steps === before) return { ...config, train: { ...train, steps } };
  const scaled = (count: number | null) =>
    count === null ? null : Math.max(Math.min(count, 1), Math.round((count * steps) / before));
  const counts = Object.fromEntries(countedInSteps.map((key) => [key, scaled(train[key])]));
  return { ...config, train: { ...train, ...counts, steps } };
}
