/** Counts among the options. */
import { UsageError } from "../../errors/index.ts";

/** @throws UsageError for anything but a whole number from `least` to `most`. */
export function wholeNumber(option: string, text: string, most = 100_000, least = 1): number {
  const count = Number(text);
  if (text.trim() !== "" && Number.isInteger(count) && count >= least && count <= most)
    return count;
  throw new UsageError(`${option} ${text}: expected a whole number from ${least} to ${most}`);
}
