/** `pathloom merge`. */

import { Command } from "commander";
import { exportModel } from "../../runs/index.ts";
import { say, tell } from "../terminal.ts";

interface MergeFlags {
  readonly model?: string;
  readonly adapter: string;
  readonly to: string;
  readonly force?: true;
  readonly json?: true;
}

const examples = `
Examples:
  $ pathloom merge --model models/gpt2 --adapter adapters/icons --to models/gpt2-icons
      A model of its own in the Hugging Face layout, for any program that reads it.
  $ pathloom merge --adapter runs/icons --to models/gpt2-icons
      The same with the adapter of a run, over the model that the run began from.

\`pathloom export\` does the same in other dtypes, and writes adapters too.`;

export function mergeCommand(): Command {
  return new Command("merge")
    .description("add an adapter to its model's weights and save the whole")
    .option("--model <name>", "a folder or an id of the Hub (default: what the adapter names)")
    .requiredOption("--adapter <folder>", "a PEFT adapter, or a run that trained one")
    .requiredOption("--to <folder>", "where to save: a new folder, or that of an earlier export")
    .option("--force", "replace whatever the folder holds")
    .option("--json", "print one JSON object for machines")
    .addHelpText("after", examples)
    .action(async ({ model, adapter, to, json, ...flags }: MergeFlags) => {
      const whole = { format: "hf", dtype: "float32", force: flags.force === true } as const;
      const { modules } = await exportModel({ model, adapter, to, ...whole, notice: tell });
      say(json ? JSON.stringify({ to, modules }) : `${modules} modules merged into ${to}`);
    });
}
