/**
 * Draws captions several times each and judges the drawings, some captions at a time: what is judged is
 * written at once, and a run that was stopped or killed goes on behind it with the same drawings.
 */

import seedrandom from "seedrandom";
import { type Drawing, printDrawing } from "../../svg/index.ts";
import type { DrawOptions, SvgGenerator } from "../generate/index.ts";
import { judge, type NamedReward } from "../rewards/index.ts";
import { appendLines, type DrawnRecord, readDrawn, writeLines } from "./records.ts";

/** A caption to draw. */
export interface DrawnPrompt {
  readonly caption: string;
  /** The real drawing of that caption. */
  readonly reference: Drawing;
}

export interface JudgedDrawing {
  readonly generator: SvgGenerator;
  readonly prompts: readonly DrawnPrompt[];
  readonly generations: number;
  readonly draw: DrawOptions;
  /** Of the drawings: the same drawings are the same whatever was drawn before. */
  readonly seed: string;
  readonly rewards: readonly NamedReward[];
  readonly file: string;
  readonly onProgress: (done: number, total: number) => void;
  readonly signal: AbortSignal | undefined;
}

/** Drawings that are made and judged together, about. */
const together = 256;

/** @returns null where the signal stopped it; what was judged is kept. @throws RewardError */
export async function drawJudged(options: JudgedDrawing): Promise<DrawnRecord[] | null> {
  const { prompts, generations, file, onProgress, signal } = options;
  const step = Math.max(1, Math.floor(together / generations));
  // Whole groups: what is drawn together has its seed together.
  const whole = step * Math.floor(readDrawn(file).length / (step * generations));
  const first = Math.min(prompts.length, whole);
  const records = readDrawn(file).slice(0, first * generations);
  // Also where nothing is kept: a line that was cut short must not stand before others.
  writeLines(file, records);
  const total = prompts.length * generations;
  for (let from = first; from < prompts.length; from += step) {
    if (signal?.aborted === true) return null;
    onProgress(records.length, total);
    const made = await drawSome(options, from, Math.min(prompts.length, from + step));
    appendLines(file, made);
    records.push(...made);
    // Lets a signal through.
    await new Promise((resolve) => setImmediate(resolve));
  }
  onProgress(total, total);
  return records;
}

async function drawSome(
  { generator, prompts, generations, draw, seed, rewards }: JudgedDrawing,
  from: number,
  to: number,
): Promise<DrawnRecord[]> {
  const wanted = prompts.slice(from, to).flatMap((prompt, at) =>
    Array.from({ length: generations }, (_, generation) => ({
      ...prompt,
      index: from + at,
      generation,
    })),
  );
  const drawn = generator.draw(
    wanted.map(({ caption }) => caption),
    // One candidate each: of several the generator would choose by its own measure.
    { ...draw, candidates: 1, seed: numberOf(`${seed}/${from}`) },
  );
  const samples = drawn.map(({ prompt, drawing, ids }, i) => ({
    prompt,
    drawing,
    ids,
    reference: wanted[i]!.reference,
  }));
  const judged = await judge(rewards, samples);
  return samples.map(({ prompt, drawing, ids }, i) => ({
    prompt,
    index: wanted[i]!.index,
    generation: wanted[i]!.generation,
    reward: judged[i]!.reward,
    parts: judged[i]!.parts,
    tokens: ids.length,
    svg: printDrawing(drawing),
  }));
}

function numberOf(seed: string): number {
  return seedrandom(seed).int32() >>> 0;
}
