/**
 * Sizes that a run's engine chose by measuring. Others would change the last bits of its results, so they
 * are kept in the run's folder, and a run goes on by those that it began with, on whatever machine.
 */
import { existsSync, readFileSync, rmSync } from "node:fs";
import { z } from "zod";
import { writeTextAtomically } from "../../checkpoints/index.ts";
import type { EngineOptions, EngineSizes } from "../../engine/index.ts";
import { UsageError } from "../../errors/index.ts";
import { runPaths } from "./run-folder.ts";

const sizesSchema = z.record(z.string().max(100), z.number().int().nonnegative());

/**
 * By what the engine of a run is started: by a measurement where the run begins.
 * @throws UsageError where the file that a run has kept is none.
 */
export function sizesToStartBy(folder: string, resume: boolean): EngineOptions["sizes"] {
  if (!resume) return "measured";
  const file = runPaths(folder).sizes;
  // There is none where all sizes are as built in.
  if (!existsSync(file)) return {};
  const parsed = sizesSchema.safeParse(jsonIn(file));
  if (parsed.success) return parsed.data;
  throw new UsageError(
    `${file}: these are not the sizes that the run's engine chose; put the file back from a copy, or delete it to go on by those that are built in`,
  );
}

/** Undefined where the file holds none. */
function jsonIn(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** @param sizes of the engine's description. */
export function keepSizes(folder: string, sizes: EngineSizes | undefined): void {
  const file = runPaths(folder).sizes;
  if (sizes === undefined) rmSync(file, { force: true });
  else writeTextAtomically(file, `${JSON.stringify(sizes, null, 2)}\n`);
}
