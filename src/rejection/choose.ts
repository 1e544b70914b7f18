/** Which of a caption's drawings are learnt from, and which make a pair. */

import type { DrawnRecord } from "./records.ts";

export interface KeepOptions {
  /** Of the drawings of a caption, at most. */
  readonly keep: number;
  /** Least reward; null for any. */
  readonly threshold: number | null;
}

/** A row of a table that `data.source` reads. */
export interface KeptRow {
  readonly id: string;
  readonly caption: string;
  readonly svg: string;
  readonly reward: number;
}

/** A row of a table of preferences. */
export interface PairRow {
  readonly id: string;
  readonly prompt: string;
  readonly chosen: string;
  readonly rejected: string;
  readonly chosen_reward: number;
  readonly rejected_reward: number;
}

/** The best drawings of each caption, no two alike. */
export function keepBest(
  records: readonly DrawnRecord[],
  { keep, threshold }: KeepOptions,
): KeptRow[] {
  return byPrompt(records).flatMap((drawn) => {
    const seen = new Set<string>();
    const unlike = drawn.filter(({ svg }) => !seen.has(svg) && seen.add(svg));
    return unlike
      .filter(({ reward }) => threshold === null || reward >= threshold)
      .slice(0, keep)
      .map(({ index, generation, prompt, svg, reward }) => ({
        id: `${index}/${generation}`,
        caption: prompt,
        svg,
        reward,
      }));
  });
}

/**
 * The best beside the worst drawing of each caption, where their rewards differ by more than a margin.
 * @param threshold least reward of the best; null for any.
 */
export function pairUp(
  records: readonly DrawnRecord[],
  minMargin: number,
  threshold: number | null = null,
): PairRow[] {
  return byPrompt(records).flatMap((drawn) => {
    const [best, worst] = [drawn[0], drawn.at(-1)];
    if (best === undefined || worst === undefined) return [];
    if (threshold !== null && best.reward < threshold) return [];
    if (best.reward - worst.reward <= minMargin || best.svg === worst.svg) return [];
    return [
      {
        id: `${best.index}`,
        prompt: best.prompt,
        chosen: best.svg,
        rejected: worst.svg,
        chosen_reward: best.reward,
        rejected_reward: worst.reward,
      },
    ];
  });
}

/** Of each caption in turn, the best first; of equal ones the earlier. */
export function byPrompt(records: readonly DrawnRecord[]): DrawnRecord[][] {
  const groups = new Map<number, DrawnRecord[]>();
  for (const record of records) {
    const group = groups.get(record.index);
    if (group === undefined) groups.set(record.index, [record]);
    else group.push(record);
  }
  return [...groups.values()].map((group) =>
    group.sort((a, b) => b.reward - a.reward || a.generation - b.generation),
  );
}
