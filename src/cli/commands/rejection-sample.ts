/** `pathloom rejection-sample`. */
import { Command } from "commander";
import type { Override } from "../../config/index.ts";
import { type RejectionResult, rejectionSampling } from "../../rejection/index.ts";
import { exitCode } from "../exit.ts";
import { RoundsScreen } from "../rejecting/rounds-screen.ts";
import { roundsText } from "../rejecting/rounds-text.ts";
import { say } from "../terminal.ts";
import { type ManyRunsFlags, requestedRuns, stoppable } from "../training/many-runs.ts";

interface RejectionFlags extends ManyRunsFlags {
  readonly model?: string;
  readonly reward?: string;
  readonly rounds?: string;
}

const examples = `
Examples:
  $ pathloom rejection-sample --config icons-rejection
      Two rounds over the released model: each draws captions of Tabler's icons eight times, keeps the
      drawing most like the real icon, and learns from those.
  $ pathloom rejection-sample --config my.yaml --model runs/mine --reward caption --rounds 5
      From a run of one's own, by how well a drawing can be told to be of its caption.
  $ pathloom rejection-sample --config my.yaml --rejection.reward "{likeness: 1, ./short.mjs: 0.01}"
      Several rewards, one of them a function of a module: (batch) => batch.map(({ prompt, drawing,
      ids, reference }) => number).
  $ pathloom rejection-sample --config my.yaml --train.task dpo --dpo.beta 0.1
      Learns from the best beside the worst drawing of each caption instead (DPO).

The same command goes on with rounds that were stopped or killed. Each round is a folder: samples.jsonl
(every drawing with its reward), kept.jsonl and pairs.jsonl (tables that data.source reads), run (the
training, a run like any other), held-out.jsonl. rounds.jsonl has a line a round, with the reward on
captions that are never trained on (docs/preferences.md). Exit codes: 0 done, 1 failed (a reward that
throws; finished work is kept), 2 bad usage or configuration; 130 interrupted, all saved.`;

export function rejectionSampleCommand(overrides: readonly Override[]): Command {
  return new Command("rejection-sample")
    .option("-c, --config <file>", "the recipe, a YAML file or a name of `pathloom recipes`")
    .option("--model <source>", "begin with this folder, run or id of the Hub (model.from)")
    .option(
      "--reward <name>",
      "likeness, ssim, mse, valid, caption, or a module (rejection.reward)",
    )
    .option("--rounds <number>", "rounds in all (rejection.rounds)")
    .option("--name <name>", "name of the folder (default: the recipe's file name)")
    .option("--runs <folder>", "folder that holds the runs", "runs")
    .option("--fresh", "begin anew; what lies there is moved aside, not deleted")
    .option("--json", "print the rounds as one JSON object")
    .option("--section.key <value>", "override a key of the recipe, as --train.steps 500")
    .addHelpText("after", examples)
    .action(async (flags: RejectionFlags) => {
      const runs = requestedRuns(flags, [...overrides, ...keysOf(flags)]);
      const screen = new RoundsScreen(process.stderr, runs.config);
      const result = await stoppable(screen, "what is at work", (signal) =>
        rejectionSampling({ ...runs, observer: screen, signal }),
      );
      say(flags.json ? JSON.stringify(result) : resultText(result));
      process.exitCode = result.outcome === "interrupted" ? exitCode.interrupted : exitCode.done;
    });
}

/** The flags as keys of the configuration. */
function keysOf({ model, reward, rounds }: RejectionFlags): Override[] {
  return [
    ...(model === undefined ? [] : [{ path: "model.from", text: JSON.stringify(model) }]),
    ...(reward === undefined ? [] : [{ path: "rejection.reward", text: JSON.stringify(reward) }]),
    ...(rounds === undefined ? [] : [{ path: "rejection.rounds", text: rounds }]),
  ];
}

function resultText(result: RejectionResult): string {
  const goOn = result.outcome === "interrupted" ? "\ngo on by the same command" : "";
  return `${roundsText(result.rounds)}\nmodel  ${result.model}${goOn}`;
}
