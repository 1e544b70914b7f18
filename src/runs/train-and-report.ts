/** Trains a run that was begun, then draws with what it learnt and writes its report. */

import { existsSync } from "node:fs";
import { basename } from "node:path";
import { alone, type Communicator } from "../../distributed/index.ts";
import type { ProgressStream, RunSummary } from "../report/index.ts";
import type { BegunRun } from "./begin-run.ts";
import type { RunResult } from "./events.ts";
import { drawEnd } from "./record/draw-end.ts";
import { finishRun } from "./record/finish-run.ts";
import { RunRecorder } from "./record/run-recorder.ts";
import { runPaths } from "./run-folder.ts";
import { train } from "./train.ts";

export interface ReportOptions {
  /** Where the bars go. */
  readonly stream: ProgressStream;
  /** Stops after the step that is being made, and saves. */
  readonly signal: AbortSignal;
  readonly notice: (text: string) => void;
  /** Processes that train the run together, of which rank 0 draws and reports; this one alone unless given. */
  readonly communicator?: Communicator;
}

export interface ReportedRun {
  readonly result: RunResult;
  /** Null where the run was interrupted. */
  readonly report: RunReport | null;
}

export interface RunReport {
  readonly summary: RunSummary;
  /** What was written, by what it is. */
  readonly files: readonly (readonly [what: string, file: string])[];
}

/**
 * What `pathloom train` does with a run that {@link beginRun} has locked; the lock is released.
 * @throws as `train`
 */
export async function trainAndReport(
  run: BegunRun,
  { stream, signal, notice, communicator = alone }: ReportOptions,
): Promise<ReportedRun> {
  const { config, folder } = run;
  const recorder = new RunRecorder(config, stream);
  const quiet = () => recorder.finish();
  signal.addEventListener("abort", quiet);
  try {
    const result = await train({ ...run, observer: recorder, signal, communicator });
    recorder.finish();
    const { start } = recorder;
    const isWriter = communicator.rank === 0;
    if (!isWriter || result.outcome === "interrupted" || start === null) {
      return { result, report: null };
    }
    const paths = runPaths(folder);
    const { best } = result;
    const by = best === null ? "last checkpoint" : `best checkpoint, of step ${best.step}`;
    if (config.generate.samples > 0 || config.evaluate.drawn > 0) notice(`drawing with the ${by}`);
    const drawn = await drawEnd(folder, config, start, notice);
    const ended = { name: basename(folder), config, start, result, drawn };
    const summary = finishRun(ended, paths, notice);
    const files = [
      ["model", `${summary.drawnBy.checkpoint} (of step ${summary.drawnBy.step}, which drew)`],
      ...(drawn.drawings.length > 0 ? [["drawings", paths.samples] as const] : []),
      ...(existsSync(paths.sheet) ? [["contact sheet", paths.sheet] as const] : []),
      ...(existsSync(paths.contrasts) ? [["captions side by side", paths.contrasts] as const] : []),
      ["loss curve", paths.curve],
      ["report", paths.report],
    ] as const;
    return { result, report: { summary, files } };
  } finally {
    signal.removeEventListener("abort", quiet);
    recorder.finish();
    run.lock.release();
  }
}
