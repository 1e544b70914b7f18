/** Takes `--train.lr 1e-4` and `--train.lr=1e-4` out of the arguments; the rest are options. */

import { UsageError } from "../../errors/index.ts";
import type { Override } from "../config/index.ts";

const dotted = /^--([A-Za-z]\w*(?:\.\w+)+)(?:=([\s\S]*))?$/;

export interface SplitArguments {
  readonly overrides: readonly Override[];
  readonly rest: readonly string[];
}

/** @throws UsageError when a dotted flag has no value. */
export function splitOverrides(args: readonly string[]): SplitArguments {
  const overrides: Override[] = [];
  const rest: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const argument = args[i] ?? "";
    const match = dotted.exec(argument);
    if (match === null) {
      rest.push(argument);
      continue;
    }
    const [, path = "", joined] = match;
    const text = joined ?? args[++i];
    if (text === undefined) throw new UsageError(`--${path}: expected a value after it`);
    overrides.push({ path, text });
  }
  return { overrides, rest };
}
