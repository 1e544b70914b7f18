/** What a run left behind, as far as comparisons need it. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { z } from "zod";
import { UsageError } from "../../errors/index.ts";
import { type CanonicalOptions, type Drawing, parseDrawing, SvgError } from "../../svg/index.ts";
import { loopOutcomes } from "../../trainers/index.ts";
import type { Config } from "../config/index.ts";
import { type LogRecord, readLog } from "../report/index.ts";
import { configOf, runPaths } from "../runs/index.ts";

const count = z.number().nonnegative();

/** Of `summary.json`; more stands there. */
const summarySchema = z.object({
  outcome: z.enum(loopOutcomes),
  figures: z.object({
    parameters: count,
    steps: count,
    seconds: count,
    tokensPerSecond: count,
    peakMemoryBytes: count,
  }),
  data: z.object({ train: count, heldOut: count, tooLong: count, refused: count }),
  heldOut: z
    .object({ decoder: z.object({ natsPerToken: z.number(), bitsPerDrawing: z.number() }) })
    .nullable(),
});

export interface ReadRun {
  readonly folder: string;
  readonly name: string;
  readonly config: Config;
  readonly summary: z.output<typeof summarySchema>;
  readonly log: readonly LogRecord[];
}

/** @throws UsageError where the folder holds no run that was trained to its end */
export function readRun(folder: string): ReadRun {
  const config = configOf(folder);
  const { summary: file, log } = runPaths(folder);
  if (!existsSync(file)) {
    throw new UsageError(
      `${folder}: this run is not finished (no summary.json); train it on first`,
    );
  }
  return { folder, name: basename(folder), config, summary: summaryIn(file), log: readLog(log) };
}

function summaryIn(file: string): ReadRun["summary"] {
  try {
    return summarySchema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch (error) {
    const what = error instanceof z.ZodError ? error.issues[0]?.message : (error as Error).message;
    throw new UsageError(`${file}: this is not what a run writes: ${what}`, { cause: error });
  }
}

/** Drawings that the run made at its end, by the words in their files' names. */
export function samplesIn(folder: string, canonical: CanonicalOptions): Map<string, Drawing> {
  const { samples } = runPaths(folder);
  const found = new Map<string, Drawing>();
  if (!existsSync(samples)) return found;
  for (const file of readdirSync(samples).sort()) {
    const words = /^\d+-(.+)\.svg$/.exec(file)?.[1];
    if (words === undefined || found.has(words)) continue;
    try {
      const { drawing } = parseDrawing(readFileSync(join(samples, file), "utf8"), canonical);
      found.set(words, drawing);
    } catch (error) {
      // Someone has changed it since.
      if (!(error instanceof SvgError)) throw error;
    }
  }
  return found;
}
