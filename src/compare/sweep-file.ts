/** `sweep.json`: what a sweep is made of, and how far it is. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { writeTextAtomically } from "../../checkpoints/index.ts";
import { UsageError } from "../../errors/index.ts";

const sweepFileSchema = z.object({
  /** Swept keys by dotted path, without the seed. */
  keys: z.array(z.string()),
  equal: z.enum(["tokens", "steps", "time"]).nullable(),
  runs: z.array(
    z.object({
      /** Of the run's folder. */
      name: z.string().regex(/^[\p{L}\p{N}_][\p{L}\p{N}_.-]{0,99}$/u),
      values: z.record(z.string(), z.unknown()),
      seed: z.number(),
      fingerprint: z.string(),
      state: z.enum(["waiting", "finished", "failed"]),
      /** Why it failed. */
      reason: z.string().nullable(),
    }),
  ),
  /** Seconds of a step by fingerprint, of the trials before a sweep of equal time. */
  trials: z.record(z.string(), z.number().positive()),
});

export type SweepFile = z.output<typeof sweepFileSchema>;

const fileIn = (folder: string): string => join(folder, "sweep.json");

export function writeSweepFile(folder: string, sweep: SweepFile): void {
  const text = `${JSON.stringify(sweep, null, 2)}\n`;
  writeTextAtomically(fileIn(folder), text);
}

/** Null where the folder is none of a sweep. @throws UsageError for a file that is no sweep's */
export function readSweepFile(folder: string): SweepFile | null {
  const file = fileIn(folder);
  if (!existsSync(file)) return null;
  try {
    return sweepFileSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch (error) {
    const [line] = String((error as Error).message).split("\n");
    throw new UsageError(`${file}: this is not what a sweep writes: ${line}`, { cause: error });
  }
}
