/** What rounds may begin with and go on with: a model that draws, and a folder that is theirs. */

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { UsageError } from "../../errors/index.ts";
import { type Config, ConfigError, parseConfig } from "../config/index.ts";
import { refuseOtherConfig } from "../runs/index.ts";
import { rejectionPaths } from "./records.ts";

/** @throws ConfigError where nothing can draw. */
export function startOf({ model }: Config): string {
  if (model.from === null) {
    throw new ConfigError([
      "model.from: expected a model that draws for rejection sampling, but found null; say --model weights/icons, or a run",
    ]);
  }
  return model.from;
}

/** That the folder is empty, or holds these very rounds. */
export function refuseOtherFolder(folder: string, config: Config): void {
  if (!existsSync(folder)) return;
  const paths = rejectionPaths(folder);
  const left = readdirSync(folder).filter((name) => !/^run\.lock/.test(name));
  if (left.length === 0) return;
  const known = left.every((name) =>
    /^(config\.yaml|rounds\.jsonl|real\.jsonl|reward-modules\.json|round-\d+)/.test(name),
  );
  if (!known || !existsSync(paths.config)) {
    throw new UsageError(
      `${folder}: this folder holds other things than rounds of rejection sampling; name another by --name`,
    );
  }
  const begun = parseConfig(readFileSync(paths.config, "utf8"), paths.config, [], {
    oldKeys: "read",
  });
  refuseOtherConfig(folder, begun, config, "is asked for");
  const { rounds: _before, ...was } = begun.rejection;
  const { rounds: _now, ...is } = config.rejection;
  // A run may be made longer; each round is as long as the first.
  const length = ({ train }: Config) => ({
    steps: train.steps,
    epochs: train.epochs,
    minutes: train.minutes,
    decaySteps: train.decaySteps,
  });
  for (const [section, before, now] of [
    ["rejection", was, is],
    ["generate", begun.generate, config.generate],
    ["train", length(begun), length(config)],
  ] as const) {
    for (const [key, value] of Object.entries(before)) {
      if (isDeepStrictEqual(value, Reflect.get(now, key))) continue;
      throw new ConfigError([
        `${folder}: ${section}.${key} is ${JSON.stringify(value)} in these rounds, but ${JSON.stringify(Reflect.get(now, key))} is asked for; they go on as they began: leave that out, name another by --name, or begin anew by --fresh`,
      ]);
    }
  }
}
