/** What rounds leave: drawings with their rewards, and a line a round. Files are read as a stranger's. */

import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { writeTextAtomically } from "../../checkpoints/index.ts";

const figures = z.record(z.string(), z.number());

const drawnRecord = z.object({
  /** Of the caption among those of the round, then of the drawing among those of the caption. */
  prompt: z.string(),
  index: z.number().int().nonnegative(),
  generation: z.number().int().nonnegative(),
  reward: z.number(),
  /** By the rewards' names, unweighted. */
  parts: figures,
  tokens: z.number().int(),
  svg: z.string(),
});

/** A drawing of the model's and what it is worth. */
export type DrawnRecord = z.output<typeof drawnRecord>;

const roundRecord = z.object({
  /** 0 is the model that training begins with. */
  round: z.number().int().nonnegative(),
  /** What drew the held-out captions: the round's model. */
  model: z.string(),
  /** Of the model before, on captions that are trained on; null in round 0. */
  drawn: z
    .object({
      prompts: z.number().int(),
      drawings: z.number().int(),
      /** Mean over all drawings, and over the best of each caption. */
      reward: z.number(),
      best: z.number(),
      /** Drawings, or pairs, that were learnt from. */
      kept: z.number().int(),
    })
    .nullable(),
  /** On captions that are never trained on; null where none are measured. */
  heldOut: z
    .object({
      prompts: z.number().int(),
      drawings: z.number().int(),
      reward: z.number(),
      /** Standard error of the mean over captions; null of one caption. */
      error: z.number().nullable(),
      /** Over the model that training began with, caption by caption; absent where that is this one. */
      gain: z.object({ reward: z.number(), error: z.number().nullable() }).optional(),
      parts: figures,
      tokens: z.number(),
    })
    .nullable(),
  seconds: z.number(),
});

/**
 * What a round came to.
 * @example
 * const gain = (rounds: readonly RoundRecord[]) =>
 *   (rounds.at(-1)?.heldOut?.reward ?? 0) - (rounds[0]?.heldOut?.reward ?? 0);
 */
export type RoundRecord = z.output<typeof roundRecord>;

/** The files of a run of rejection sampling. */
export function rejectionPaths(folder: string) {
  const round = (number: number) => join(folder, `round-${number}`);
  return {
    config: join(folder, "config.yaml"),
    rounds: join(folder, "rounds.jsonl"),
    /** Sums of the modules that judge. */
    modules: join(folder, "reward-modules.json"),
    round,
    /** Every drawing of a round, those that are learnt from, and the best beside the worst. */
    samples: (number: number) => join(round(number), "samples.jsonl"),
    kept: (number: number) => join(round(number), "kept.jsonl"),
    pairs: (number: number) => join(round(number), "pairs.jsonl"),
    /** The training of the round, a run. */
    run: (number: number) => join(round(number), "run"),
    /** Its adapter in the model under it, where the round trained one. */
    merged: (number: number) => join(round(number), "model"),
    /** What the round's model drew of held-out captions. */
    heldOut: (number: number) => join(round(number), "held-out.jsonl"),
    real: join(folder, "real.jsonl"),
  };
}

/** Whole lines, up to the first that is none: what follows a line that was cut short is drawn again. */
export function readDrawn(file: string): DrawnRecord[] {
  return readLines(file, drawnRecord);
}

export function readRounds(file: string): RoundRecord[] {
  return readLines(file, roundRecord).filter(({ round }, index) => round === index);
}

export function appendLines(file: string, records: readonly object[]): void {
  appendFileSync(file, toText(records));
}

export function writeLines(file: string, records: readonly object[]): void {
  writeTextAtomically(file, toText(records));
}

function toText(records: readonly object[]): string {
  return records.map((record) => `${JSON.stringify(record)}\n`).join("");
}

function readLines<T>(file: string, form: z.ZodType<T>): T[] {
  if (!existsSync(file)) return [];
  const found: T[] = [];
  const lines = readFileSync(file, "utf8").split("\n");
  // What stands after the last newline was cut short.
  for (const line of lines.slice(0, -1)) {
    const parsed = form.safeParse(parse(line));
    if (!parsed.success) break;
    found.push(parsed.data);
  }
  return found;
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
