/** Keys of the configuration that a command does not depend on, refused instead of passed over. */

import { UsageError } from "../../errors/index.ts";
import type { Override } from "../config/index.ts";

/** For commands with an option of their own that says how the weights are kept: what to say instead. */
export const weightsInstead = {
  "model.weightDtype": "--model.weightDtype is for training; say --weight-dtype",
} as const;

/**
 * @param used paths of the keys that the command depends on.
 * @param instead by path of another key: what to say in its place.
 * @throws UsageError for the first key that is not used.
 */
export function refuseIdleKeys(
  overrides: readonly Override[],
  used: ReadonlySet<string>,
  instead: Readonly<Record<string, string>>,
): void {
  const idle = overrides.find(({ path }) => !used.has(path));
  if (idle === undefined) return;
  const { path } = idle;
  throw new UsageError(
    instead[path] ?? `--${path}: it is not read here; leave it out, or see --help`,
  );
}
