import type { FilterFault } from "./options.ts";

/** @param dropped what the canonical form left away, by reason. */
export function lossOf(dropped: Readonly<Record<string, number>>): FilterFault | null {
  const [first] = Object.keys(dropped);
  if (first === undefined) return null;
  return { filter: "lossless", reason: `something of it is left away: ${first}` };
}
