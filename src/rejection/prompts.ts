/** Which captions are drawn. */

import seedrandom from "seedrandom";
import type { CorpusEntry } from "../../data/index.ts";
import type { DrawnPrompt } from "./draw-judged.ts";

/**
 * The plainest captions of drawings, once each.
 * @param count at most; null for all.
 */
export function chosenPrompts(
  entries: readonly CorpusEntry[],
  count: number | null,
  seed: string,
): DrawnPrompt[] {
  const found = new Map<string, DrawnPrompt>();
  for (const { captions, drawing } of entries) {
    const [caption = ""] = captions;
    if (!found.has(caption)) found.set(caption, { caption, reference: drawing });
  }
  const left = [...found.values()];
  if (count === null || count >= left.length) return left;
  const random = seedrandom(seed);
  for (let i = 0; i < count; i++) {
    const j = i + Math.floor(random() * (left.length - i));
    [left[i], left[j]] = [left[j]!, left[i]!];
  }
  return left.slice(0, count);
}
