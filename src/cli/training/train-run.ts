/** Trains a run that was begun, draws with what it learnt, and says where everything lies. */

import { existsSync } from "node:fs";
import { basename } from "node:path";
import type { Config } from "../../config/index.ts";
import {
  type BegunRun,
  finishRun,
  promptsOf,
  RunRecorder,
  type RunResult,
  type RunStart,
  runPaths,
  train,
} from "../../runs/index.ts";
import { drawWithRun } from "../generating/draw-with-run.ts";
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
  const prompts = promptsOf(config, start);
  tell(`drawing ${prompts.length} captions`);
  const { drawings, checkpoint } = await drawWithRun({ run: run.folder }, prompts, config, tell);
  const name = basename(run.folder);
  const summary = finishRun({ name, config, start, result, drawings }, paths, tell);
  say(
    summaryText(summary, [
      ["model", checkpoint],
      ["drawings", paths.samples],
      ...(existsSync(paths.sheet) ? [["contact sheet", paths.sheet] as const] : []),
      ["loss curve", paths.curve],
      ["report", paths.report],
    ]),
  );
}
