/** How long samples are, and what context holds them. */

/** Share of samples that a context holds, 0 to 1; 1 of none. @param needed tokens, rising. */
export function shareHeld(needed: readonly number[], context: number): number {
  if (needed.length === 0) return 1;
  const longer = needed.findIndex((tokens) => tokens > context);
  return (longer === -1 ? needed.length : longer) / needed.length;
}

const enough = 0.95;
const longest = 8192;

/**
 * The shortest power of two above a context that holds nineteen of twenty samples; where none up to
 * 8,192 does, the shortest that holds the most.
 */
export function betterContext(needed: readonly number[], context: number): number {
  let best = 2 ** (Math.floor(Math.log2(Math.max(1, context))) + 1);
  for (let next = best; next <= longest; next *= 2) {
    if (shareHeld(needed, next) > shareHeld(needed, best)) best = next;
    if (shareHeld(needed, best) >= enough) break;
  }
  return best;
}

/** Tokens at shares of the samples, such as 0.5; 0 where there are none. @param needed rising. */
export function percentile(needed: readonly number[], share: number): number {
  return needed[Math.min(needed.length - 1, Math.floor(share * needed.length))] ?? 0;
}
