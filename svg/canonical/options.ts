/** Checks options from outside. */
import { SvgError } from "../errors.ts";
import type { CanonicalOptions } from "../options.ts";

/** Beyond it, coordinates would no longer be exact in all that reads them. */
export const largestGrid = 2 ** 14;

/** @throws SvgError `option` where one is out of its range. */
export function checkOptions(options: CanonicalOptions): CanonicalOptions {
  const { grid } = options;
  if (!Number.isInteger(grid) || grid < 1 || grid > largestGrid) {
    throw new SvgError("option", `grid must be an integer from 1 to ${largestGrid}, not ${grid}`);
  }
  if (options.colorBits !== 4 && options.colorBits !== 8) {
    throw new SvgError("option", `colorBits must be 4 or 8, not ${options.colorBits}`);
  }
  return options;
}
