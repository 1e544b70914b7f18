/** Keys of the configuration that a command does not depend on, refused instead of passed over. */
import type { Override } from "../config/index.ts";
import { UsageError } from "./exit.ts";

/**
 * @param used paths of the keys that the command depends on.
 * @throws UsageError for the first other one.
 */
export function refuseIdleKeys(overrides: readonly Override[], used: ReadonlySet<string>): void {
  const idle = overrides.find(({ path }) => !used.has(path));
  if (idle === undefined) return;
  if (idle.path === "model.storage") {
    throw new UsageError("--model.storage is for training; say --weights");
  }
  throw new UsageError(`--${idle.path}: it is not read here; leave it out, or see --help`);
}
