/** `pathloom sweep`. */
import { Command } from "commander";
import type { Override } from "../../config/index.ts";
import { parseAxis, type SweepResult, sweep } from "../../sweep/index.ts";
import { exitCode } from "../exit.ts";
import { SweepScreen } from "../sweeping/show-sweep.ts";
import { columns, say } from "../terminal.ts";
import { type ManyRunsFlags, requestedRuns, stoppable } from "../training/many-runs.ts";

interface SweepFlags extends ManyRunsFlags {
  readonly grid?: readonly string[];
  readonly list?: readonly string[];
  readonly seeds?: string;
  readonly equal?: string;
  readonly minutes?: string;
  readonly jobs?: string;
}

const examples = `
Examples:
  $ pathloom sweep --config configs/context-ablation.yaml
      The sweep that the recipe itself describes (its section sweep).
  $ pathloom sweep --config configs/quickstart.yaml --grid model.contextLength=128,256,512 \\
      --seeds 1,2,3 --equal tokens --jobs 2 --name contexts
      Nine runs into runs/contexts, two at a time, all of which read as many tokens.
  $ pathloom sweep --config my.yaml --grid train.optimizer=adamw,muon --grid train.lr=1e-3,2e-3
      A run for each combination: four.
  $ pathloom sweep --config my.yaml --list model.layers=2,4,8 --list model.hiddenSize=64,128,256
      Values of lists go together: three runs, the second of 4 layers and width 128.
  $ pathloom sweep --config my.yaml --grid tokenizer.grid=48,96 --equal time --minutes 5
      Each run has as many steps as five minutes hold, by a trial before the sweep.

The same command goes on with a sweep that was stopped or killed: finished runs stay, the others
continue to the very weights that they would have had, failed ones are tried again. At the end the runs
are compared on one page, comparison.html, with .md, .csv, .json and plots/ beside it, in the sweep's
folder (docs/ablation.md). Exit codes: 0 all finished, 1 a run failed, 2 a key or value that no run can
have, before anything starts; 130 interrupted, all saved.`;

/** Several of a flag. */
const more = (value: string, before: readonly string[] = []): string[] => [...before, value];

export function sweepCommand(overrides: readonly Override[]): Command {
  return new Command("sweep")
    .option("-c, --config <file>", "the recipe, a YAML file, with or without a section sweep")
    .option("--grid <key=values>", "a key and its values; several are crossed", more)
    .option("--list <key=values>", "a key and its values; those of several go together", more)
    .option("--seeds <list>", "seeds of each combination, as 1,2,3")
    .option("--equal <what>", "tokens, steps or time: what all runs have alike")
    .option("--minutes <number>", "of --equal time: training time of each run")
    .option("--jobs <number>", "runs at a time, each with its share of the cores")
    .option("--name <name>", "name of the sweep (default: the recipe's file name)")
    .option("--runs <folder>", "folder that holds runs and sweeps", "runs")
    .option("--fresh", "begin anew; what lies there is moved aside, not deleted")
    .option("--json", "print what became of each run as one JSON object")
    .option("--section.key <value>", "override a key of the recipe, as --train.steps 500")
    .addHelpText("after", examples)
    .action(async (flags: SweepFlags) => {
      const runs = requestedRuns(flags, [...overrides, ...sectionOf(flags)]);
      const screen = new SweepScreen(process.stderr);
      const [result, stopped] = await stoppable(screen, "the steps at work", async (signal) => [
        await sweep({ ...runs, observer: screen, signal }),
        signal.aborted,
      ]);
      say(flags.json ? JSON.stringify(result) : resultText(result));
      const failed = result.runs.some(({ state }) => state === "failed");
      const code = failed ? exitCode.failed : exitCode.done;
      process.exitCode = stopped ? exitCode.interrupted : code;
    });
}

/** The flags as keys of the section `sweep`. */
function sectionOf(flags: SweepFlags): Override[] {
  const axes = (flag: "grid" | "list"): Override[] => {
    const found = (flags[flag] ?? []).map((text) => parseAxis(`--${flag}`, text));
    if (found.length === 0) return [];
    return [{ path: `sweep.${flag}`, text: JSON.stringify(Object.fromEntries(found)) }];
  };
  const plain = (key: "equal" | "minutes" | "jobs"): Override[] => {
    const text = flags[key];
    return text === undefined ? [] : [{ path: `sweep.${key}`, text }];
  };
  const seeds =
    flags.seeds === undefined ? [] : [{ path: "sweep.seeds", text: `[${flags.seeds}]` }];
  return [
    ...axes("grid"),
    ...axes("list"),
    ...seeds,
    ...plain("equal"),
    ...plain("minutes"),
    ...plain("jobs"),
  ];
}

function resultText({ folder, runs, files }: SweepResult): string {
  const of = (state: string) => runs.filter((run) => run.state === state);
  const [finished, failed] = [of("finished"), of("failed")];
  const rows: [string, string][] = [
    ["finished", `${finished.length} of ${runs.length} runs in ${folder}`],
  ];
  for (const { name, reason } of failed) rows.push(["failed", `${name}: ${reason}`]);
  if (files === null && finished.length < runs.length) rows.push(["go on", "by the same command"]);
  if (files !== null) {
    rows.push(["page", files.page], ["tables", `${files.markdown}, ${files.csv}, ${files.json}`]);
  }
  return columns(rows);
}
