/** `pathloom train`. */

import { basename } from "node:path";
import { Command } from "commander";
import { UsageError } from "../../../errors/index.ts";
import { profileTraining } from "../../bench/index.ts";
import type { Override } from "../../config/index.ts";
import {
  type BegunRun,
  beginTogether,
  type Communicator,
  openCommunicator,
  readLaunch,
  requestedConfig,
  trainAndReport,
} from "../../runs/index.ts";
import { exitCode } from "../exit.ts";
import { profileText } from "../profiling/profile-text.ts";
import { programName } from "../program-name.ts";
import { say, tell, terminalAsk } from "../terminal.ts";
import { catchInterrupts } from "../training/interrupt.ts";
import { onAllRanks } from "../training/ranks.ts";
import { summaryText } from "../training/summary-text.ts";
import { wholeNumber } from "../whole-number.ts";

interface TrainFlags {
  readonly config?: string;
  readonly model?: string;
  readonly method?: string;
  readonly run?: string;
  readonly runs: string;
  readonly resume?: true;
  readonly fresh?: true;
  readonly decay?: number;
  readonly profile?: string | true;
  readonly json?: true;
}

const examples = `
Examples:
  $ pathloom train --config quickstart
      Trains on the icons of lucide-static into runs/quickstart.
  $ pathloom train --config quickstart --run small --model.layers 2 --train.lr 5e-4
      The same into runs/small, with two keys of the configuration overridden.
  $ pathloom train --run small --resume --train.steps 4000
      Goes on where runs/small stopped, up to step 4000.
  $ pathloom train --run long --resume --decay 500
      Ends a run of the schedule wsd: the rate falls over 500 steps from its last checkpoint.
  $ pathloom train --config my.yaml --data.source drawings.jsonl --fresh
      Begins anew; a run that lies in runs/my is kept as runs/my.1.
  $ pathloom train --config llm4svg-gpt2-sft --model openai-community/gpt2-medium
      Starts from a model of the Hub, or from a folder: short for --model.from.
  $ pathloom train --config my.yaml --model models/llama --method qlora --run icons
      Adapters over a model that is kept in 4 bits: short for --train.method.
  $ pathloom train --config my.yaml --profile
      Trains nothing: makes ten of the recipe's steps under the runtime's profiler, shows the time
      by operation, and writes trace.json for ui.perfetto.dev.
  $ mpirun -n 4 pathloom train --config my.yaml
      The same in four processes, which share each step's work; under Slurm: srun -n 4 pathloom …

\`pathloom recipes\` lists the recipes; \`pathloom init\` copies one to change. Every key is explained in
docs/configuration.md. Ctrl-C saves a checkpoint and exits with 130.
A run leaves config.yaml, log.jsonl, samples/, loss.svg, report.html and checkpoints/ in its folder.`;

export function trainCommand(overrides: readonly Override[]): Command {
  return new Command("train")
    .option(
      "-c, --config <file>",
      "the recipe: a YAML file, or a name of `pathloom recipes` (default: quickstart)",
    )
    .option("--model <source>", "start from this folder, run or id of the Hub (model.from)")
    .option("--method <name>", "full, lora, qlora or embeddings (train.method)")
    .option("--run <name>", "name of the run (default: the recipe's file name)")
    .option("--runs <folder>", "folder that holds the runs", "runs")
    .option("--resume", "go on with the run that lies there")
    .option("--fresh", "begin anew; the run that lies there is moved aside, not deleted")
    .option(
      "--decay <steps>",
      "with --resume: let the rate of schedule wsd fall, and end",
      (text) => wholeNumber("--decay", text, 1e9),
    )
    .option("--profile [file]", "show where the time of a few steps goes, and keep nothing else")
    .option("--json", "print the profile as one JSON object")
    .option("--section.key <value>", "override a key of the configuration, as --train.lr 1e-4")
    .addHelpText("after", examples)
    .action(async (flags: TrainFlags) => {
      const all = [...shorthands(flags), ...overrides];
      if (flags.profile !== undefined) return profile(flags, flags.profile, all);
      if (flags.json === true) throw new UsageError("--json belongs to --profile");
      const communicator = openCommunicator();
      process.exitCode = await onAllRanks(communicator, async () => {
        const run = await beginTogether(communicator, {
          configFile: flags.config,
          overrides: all,
          name: flags.run,
          runs: flags.runs,
          resume: flags.resume === true,
          fresh: flags.fresh === true,
          decay: flags.decay,
          ask: terminalAsk(),
        });
        if (run === null) return exitCode.done;
        if (run.note !== "") tell(run.note);
        return trainBegun(run, communicator);
      });
    });
}

async function trainBegun(run: BegunRun, communicator: Communicator): Promise<number> {
  const speaks = communicator.rank === 0;
  const interrupts = catchInterrupts(() => {
    if (speaks) tell("stopping after this step, then saving; Ctrl-C again stops at once");
  });
  try {
    const notice = speaks ? tell : () => {};
    const watching = { stream: process.stderr, signal: interrupts.signal, notice };
    const { result, report } = await trainAndReport(run, { ...watching, communicator });
    if (report !== null) say(summaryText(report.summary, report.files));
    if (result.outcome !== "interrupted") return exitCode.done;
    if (!speaks) return exitCode.interrupted;
    const goOn = `${programName()} train --run ${basename(run.folder)} --resume`;
    tell(`stopped at step ${result.step} of ${result.steps} and saved; go on: ${goOn}`);
    return exitCode.interrupted;
  } finally {
    interrupts.stop();
  }
}

/** Flags that stand for a key of the configuration. */
function shorthands({ model, method }: TrainFlags): Override[] {
  return [
    ...(model === undefined ? [] : [{ path: "model.from", text: JSON.stringify(model) }]),
    ...(method === undefined ? [] : [{ path: "train.method", text: JSON.stringify(method) }]),
  ];
}

async function profile(flags: TrainFlags, file: string | true, overrides: readonly Override[]) {
  if (flags.resume === true || flags.fresh === true || flags.run !== undefined) {
    throw new UsageError("--profile leaves no run behind: leave out --run, --resume and --fresh");
  }
  if ((readLaunch()?.size ?? 1) > 1) throw new UsageError("--profile is of one process alone");
  const result = await profileTraining(requestedConfig(flags.config, overrides), file, tell);
  say(flags.json ? JSON.stringify(result) : profileText(result));
}
