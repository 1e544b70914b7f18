/**
 * What a run was begun with, kept in each of its checkpoints: its configuration and a sum of its
 * drawings. A run goes on with the same, so that it ends as if it had never stopped, and what differs
 * is refused by name.
 */
import { z } from "zod";
import type { CorpusSum } from "../../data/index.ts";
import { UsageError } from "../../errors/index.ts";
import { type Config, ConfigError, withTodaysKeys } from "../config/index.ts";

/** The sections that decide what is learnt. */
const sections = ["data", "tokenizer", "model", "vocabulary", "train", "lora", "dpo"] as const;

/** What may differ when a run goes on: how long, how often, where and what is shown. */
const free: readonly string[] = [
  "train.steps",
  "train.epochs",
  "train.minutes",
  "train.decaySteps",
  "train.evalEvery",
  "train.patience",
  "train.saveEvery",
  "train.sampleEvery",
  "train.keep",
  "train.keepBest",
  "train.engine",
  "train.threads",
  "train.gradientCheckpointing",
];

const count = z.number().int().nonnegative();

export const runOriginSchema = z.strictObject({
  /** By section and key. */
  config: z.record(z.string(), z.record(z.string(), z.unknown())),
  corpus: z.strictObject({ train: count, heldOut: count, sha256: z.string() }),
});

export type RunOrigin = z.output<typeof runOriginSchema>;

export function runOrigin(config: Config, corpus: CorpusSum): RunOrigin {
  const kept = sections.map((section) => [section, config[section]] as const);
  return { config: Object.fromEntries(kept), corpus };
}

/** The drawings of a run are not those that it was begun with. */
export class CorpusChangedError extends UsageError {
  override readonly name: string = "CorpusChangedError";
  override readonly code: string = "ERR_CORPUS_CHANGED";
}

/**
 * @param begun the configuration that a run was begun with; keys that it does not know are passed over
 * @param wanted that which it is to go on with
 * @param where `wanted` comes from: what is to be changed back
 * @throws ConfigError naming the first key that differs
 */
export function refuseOtherConfig(
  folder: string,
  begun: RunOrigin["config"] | Config,
  wanted: Config,
  where: string,
): void {
  const before = withTodaysKeys(begun);
  for (const section of sections) {
    const keys = Object.entries((before[section] ?? {}) as Readonly<Record<string, unknown>>);
    const now: Readonly<Record<string, unknown>> = wanted[section];
    for (const [key, value] of keys) {
      const path = `${section}.${key}`;
      const [was, is] = [JSON.stringify(value), JSON.stringify(now[key])];
      if (was === is || is === undefined || free.includes(path)) continue;
      throw new ConfigError([
        `${folder}: ${path} is ${was} in this run, but ${is} ${where}; a run goes on as it began: leave that out, or begin anew by --fresh`,
      ]);
    }
  }
}

/** @throws CorpusChangedError with what differs, and the way on */
export function refuseOtherCorpus(folder: string, begun: CorpusSum, found: CorpusSum): void {
  if (begun.sha256 === found.sha256) return;
  const counts = ({ train, heldOut }: CorpusSum) => `${train} to train on and ${heldOut} held out`;
  const same = begun.train === found.train && begun.heldOut === found.heldOut;
  const difference = same
    ? `as many drawings as before (${counts(found)}), but other ones, or other captions or another order`
    : `${counts(found)}, but the run was begun with ${counts(begun)}`;
  throw new CorpusChangedError(
    `${folder}: the drawings have changed: ${difference}; a run goes on as it began: put them back as they were, or begin anew by --fresh, from this run's model by --model ${folder} if you like`,
  );
}
