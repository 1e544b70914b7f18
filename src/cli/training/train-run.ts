/** Trains a run that was begun, draws with what it learnt, and says where everything lies. */

import { existsSync } from "node:fs";
import { basename } from "node:path";
import type { Config } from "../../config/index.ts";
import {
  type BegunRun,
  drawEnd,
  finishRun,
  RunRecorder,
  type RunResult,
  type RunStart,
  runPaths,
  train,
} from "../../runs/index.ts";
import { say, tell } from "../terminal.ts";
import { catchInterrupts } from "./interrupt.ts";
import { summaryText } from "./summary-text.ts";

export async function trainRun(run: BegunRun): Promise<RunResult["outcome"]> {
  const { config, folder } = run;
  const recorder = new RunRecorder(config, process.stderr);
  const interrupts = catchInterrupts(() => {
    recorder.finish();
    tell("stopping after this step, then saving; Ctrl-C again stops at once");
  });
  try {
    const result = await train({ ...run, observer: recorder, signal: interrupts.signal });
    recorder.finish();
    if (result.outcome === "interrupted") {
      tell(
        `stopped at step ${result.step} of ${result.steps} and saved; go on: pathloom train --run ${basename(folder)} --resume`,
      );
    } else if (recorder.start !== null) {
      await report(run, config, recorder.start, result);
    }
    return result.outcome;
  } finally {
    recorder.finish();
    interrupts.stop();
    run.lock.release();
  }
}

async function report(run: BegunRun, config: Config, start: RunStart, result: RunResult) {
  const paths = runPaths(run.folder);
  tell(
    result.best === null
      ? "drawing with the last checkpoint"
      : `drawing with the best checkpoint, of step ${result.best.step}`,
  );
  const drawn = await drawEnd(run.folder, config, start, tell);
  const name = basename(run.folder);
  const summary = finishRun({ name, config, start, result, drawn }, paths, tell);
  say(
    summaryText(summary, [
      ["model", `${summary.drawnBy.checkpoint} (of step ${summary.drawnBy.step}, which drew)`],
      ["drawings", paths.samples],
      ...(existsSync(paths.sheet) ? [["contact sheet", paths.sheet] as const] : []),
      ...(existsSync(paths.contrasts) ? [["captions side by side", paths.contrasts] as const] : []),
      ["loss curve", paths.curve],
      ["report", paths.report],
    ]),
  );
}
