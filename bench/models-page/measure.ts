/** One measurement by `pathloom bench`, in a process whose peak memory is its own. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { z } from "zod";
import { machineName } from "../machine.ts";
import type { Measurement } from "./measurements.ts";

const keptSchema = z.object({
  /** As `2026-11-26`. */
  date: z.string(),
  machine: z.string(),
  result: z.object({
    engine: z.string(),
    tokensPerSecond: z.number().positive(),
    secondsPerUnit: z.number().positive(),
    peakMemoryBytes: z.number().positive(),
  }),
});

export type Kept = z.infer<typeof keptSchema>;

/** By {@link nameOf}. */
export const keptFile = z.record(z.string(), keptSchema);

/** Another command is another measurement. */
export const nameOf = ({ args }: Measurement): string => args.join(" ");

const root = join(import.meta.dirname, "..", "..");

/** @throws Error with what the bench said where it failed. */
export function measure(measurement: Measurement): Kept {
  const rounds = ["--engine", "onnx", "--rounds", "2", "--seconds", "1", "--json"];
  return keptSchema.parse({
    ...circumstances(),
    result: pathloom(["bench", ...measurement.args, ...rounds]),
  });
}

/** When and where. */
export function circumstances() {
  return { date: new Date().toISOString().slice(0, 10), machine: machineName() };
}

/** What a command of the built program prints. @throws Error with what it said where it failed. */
export function pathloom(args: readonly string[]): unknown {
  const program = join(root, "dist/src/cli/main.js");
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`pathloom ${args.join(" ")}: ${signal ?? stderr.trim()}`);
  return JSON.parse(stdout);
}
