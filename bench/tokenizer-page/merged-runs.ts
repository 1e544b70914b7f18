/** How much shorter drawings get when frequent runs of `path` tokens are tokens of their own. */
import { drawingsEqual, parseDrawing } from "../../svg/index.ts";
import type { Icon } from "../../tests/sets/icon-sets.ts";
import { createPathTokenizer, learnPathMerges } from "../../tokenizer/index.ts";

/** Runs that are learnt. */
export const mergeCount = 1000;

export interface MergeFigures {
  /** Mean tokens of the drawings that nothing was learnt from. */
  readonly before: number;
  readonly after: number;
  /** Of these drawings, the share that came back unchanged. */
  readonly identical: number;
}

/** Learns from every other drawing, and measures on those between. */
export function measureMerges(icons: readonly Icon[]): MergeFigures {
  const plain = createPathTokenizer();
  const drawings = icons.map(({ svg }) => parseDrawing(svg, plain.canonical).drawing);
  const known = drawings.filter((_, i) => i % 2 === 0);
  const held = drawings.filter((_, i) => i % 2 === 1);
  const { tokenizer } = learnPathMerges(plain, known, { merges: mergeCount });
  let before = 0;
  let after = 0;
  let identical = 0;
  for (const drawing of held) {
    before += plain.encode(drawing).length;
    const ids = tokenizer.encode(drawing);
    after += ids.length;
    if (drawingsEqual(tokenizer.decode(ids), drawing)) identical++;
  }
  const share = Math.max(1, held.length);
  return { before: before / share, after: after / share, identical: identical / share };
}
