/** Whether the processes that train a run together train the same run. All of them ask together. */
import { isDeepStrictEqual } from "node:util";
import { type Communicator, gatherValues } from "../../distributed/index.ts";
import { UsageError } from "../../errors/index.ts";
import { sumOfWeights } from "../../trainers/index.ts";
import { type Config, ConfigError } from "../config/index.ts";
import type { Assembly } from "./assemble.ts";

/** What each process may have its own way. */
const free: readonly string[] = ["train.threads", "report", "serve"];

/** @throws ConfigError naming the first key that a rank has another value of than rank 0 */
export function refuseOtherConfigs(communicator: Communicator, config: Config): void {
  if (communicator.size === 1) return;
  const [first, ...others] = gatherValues(communicator, keysOf(config));
  for (const [index, other] of others.entries()) {
    for (const [path, value] of Object.entries(first!)) {
      if (isDeepStrictEqual(value, other[path])) continue;
      const [ours, theirs] = [JSON.stringify(value), JSON.stringify(other[path])];
      throw new ConfigError([
        `${path}: rank 0 has ${ours}, but rank ${index + 1} has ${theirs}; all processes train by one configuration`,
      ]);
    }
  }
}

/** Values by dotted key. */
function keysOf(config: Config): Record<string, unknown> {
  const keys = Object.entries(config).flatMap(([section, values]) =>
    free.includes(section)
      ? []
      : Object.entries(values).map(([key, value]) => [`${section}.${key}`, value] as const),
  );
  return Object.fromEntries(keys.filter(([path]) => !free.includes(path)));
}

/** @throws UsageError where a rank reads other drawings, or begins with something else, than rank 0 */
export function refuseOtherBeginning(communicator: Communicator, run: Assembly): void {
  if (communicator.size === 1) return;
  const { data, state, steps, trainable } = run;
  const { train, heldOut, sha256 } = data.corpus;
  const own: Readonly<Record<string, string | number | null>> = {
    "drawings read": `${train} to train on and ${heldOut} held out (sum ${sha256.slice(0, 12)})`,
    "drawings after tokenizing": `${data.train.size} to train on and ${data.heldOut.size} held out`,
    "tokens of the vocabulary": data.tokenizer.vocabulary.size,
    "step to go on from": state.step,
    "steps in all": steps,
    "micro-batches of an update": state.microBatches,
    "weights to begin with": sumOfWeights(trainable.model.parameters.values()).slice(0, 12),
    ...run.beginning,
  };
  const [first, ...others] = gatherValues(communicator, own);
  for (const [index, other] of others.entries()) {
    for (const [what, value] of Object.entries(first!)) {
      const theirs = other[what];
      if (value === theirs) continue;
      throw new UsageError(
        `${what}: rank 0 has ${value}, but rank ${index + 1} has ${theirs}; give all processes the same files, as on a disk that they share`,
      );
    }
  }
}

/** How the work is shared out, for people; null for one process. */
export function sharingNote(
  { train, distributed }: Config,
  { state }: Assembly,
  { size, summary }: Communicator,
): string | null {
  const { microBatches } = state;
  if (size === 1 || microBatches === null) return null;
  const uneven = microBatches % size;
  const idle =
    uneven === 0 ? "" : `, ${size - uneven} of the processes one fewer than the others in each`;
  const sharded = distributed.shardOptimizer ? "; optimiser states are shared out" : "";
  return `${summary}: an update is of ${microBatches} micro-batches of ${train.batchSize} rows${idle}${sharded}`;
}
