/** Does work under the runtime's profiler. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BenchError } from "./errors.ts";
import { type OperationTime, operationTimes, readTraces, writeTrace } from "./profile.ts";

export interface Profile {
  /** The costliest first. */
  readonly operations: readonly OperationTime[];
  /** The Chrome trace that was written. */
  readonly trace: string;
}

/**
 * @param file where the trace goes; true takes `trace.json`.
 * @param work starts an engine with the profile folder that it is given, and disposes it.
 */
export async function profiled(
  file: string | true,
  work: (profileFolder: string) => Promise<unknown>,
): Promise<Profile> {
  const folder = mkdtempSync(join(tmpdir(), "pathloom-profile-"));
  try {
    await work(folder);
    const traces = readTraces(folder);
    if (traces.length === 0) throw new BenchError("nothing ran on an engine that keeps a profile");
    const trace = file === true ? "trace.json" : file;
    writeTrace(traces, trace);
    return { operations: operationTimes(traces), trace };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
