/** Drawings from random logits under a tokenizer's automaton, and what became of them. */
import { parseDrawing, printDrawing } from "../../svg/index.ts";
import { renderPixels } from "../../svg/render/index.ts";
import type { SvgTokenizer } from "../../tokenizer/index.ts";
import { coordinatesOf } from "./sampled-tokenizers.ts";
import { randomNumbers, sampleIds, smallestBudget } from "./sampling.ts";

export interface Tally {
  readonly drawn: number;
  /** Decoded, printed, and parsed again with something in them. */
  readonly parsed: number;
  /** Rendered with a pixel that is not clear. */
  readonly shown: number;
  readonly inBudget: number;
  /** Of all drawings together. */
  readonly tokens: number;
  /** Those that failed, as SVG. */
  readonly failed: readonly string[];
}

export interface Draw {
  readonly count: number;
  readonly seed: number;
  /** Tokens above the fewest, for two thirds of the drawings: up to so many; 200 by default. */
  readonly room?: number;
}

/**
 * A third of them have hardly more tokens than the shortest drawing; in every other one coordinates
 * are drawn less often.
 */
export function randomDrawings(tokenizer: SvgTokenizer, draw: Draw): Tally {
  const { count, seed, room = 200 } = draw;
  const automaton = tokenizer.automaton();
  const smallest = smallestBudget(automaton);
  const random = randomNumbers(seed);
  const coordinates = coordinatesOf(tokenizer);
  const logits = new Float32Array(tokenizer.vocabulary.size);
  const failed: string[] = [];
  let [parsed, shown, inBudget, tokens] = [0, 0, 0, 0];
  for (let i = 0; i < count; i++) {
    const budget = smallest + Math.floor(random() * (i % 3 === 0 ? 6 : room));
    const ids = sampleIds(
      automaton.start(budget),
      logits,
      random,
      i % 2 === 0 ? coordinates : () => false,
    );
    tokens += ids.length;
    if (ids.length <= budget) inBudget++;
    const drawing = tokenizer.decode(ids);
    const svg = printDrawing(drawing);
    const reparses = parseDrawing(svg, tokenizer.canonical).drawing.elements.length > 0;
    const shows = renderPixels(drawing, { size: 96 }).data.some(
      (value, at) => at % 4 === 3 && value > 0,
    );
    if (reparses) parsed++;
    if (shows) shown++;
    if (!reparses || !shows) failed.push(svg);
  }
  return { drawn: count, parsed, shown, inBudget, tokens, failed };
}
