/** `pathloom export`. */

import { Command, Option } from "commander";
import { UsageError } from "../../../errors/index.ts";
import { type ExportFormat, exportModel, type SavedDtype } from "../../runs/index.ts";
import { say, tell } from "../terminal.ts";

interface ExportFlags {
  readonly adapter?: string;
  readonly format: ExportFormat;
  readonly dtype: SavedDtype;
  readonly merge?: true;
  readonly to: string;
  readonly force?: true;
  readonly json?: true;
}

const examples = `
Examples:
  $ pathloom export runs/quickstart --to models/icons
      The run's best model in the Hugging Face layout, for transformers and every program like it.
  $ pathloom export runs/mine --to models/mine --dtype bfloat16
      Half the bytes. An adapter that the run trained is merged into its model.
  $ pathloom export runs/mine --format peft --to adapters/mine
      The adapter alone, for PEFT: PeftModel.from_pretrained(base, "adapters/mine").
  $ pathloom export models/llama --adapter adapters/icons --merge --to models/llama-icons
      A model and an adapter that any program saved, as one model. --merge says that an adapter is
      meant to be merged, and fails where there is none.`;

export function exportCommand(): Command {
  return new Command("export")
    .argument("<model>", "a run, a checkpoint, a model's or adapter's folder, or an id of the Hub")
    .option("--adapter <folder>", "a PEFT adapter over it")
    .addOption(
      new Option("--format <name>", "a whole model, or the adapter alone")
        .choices(["hf", "peft"])
        .default("hf"),
    )
    .addOption(
      new Option("--dtype <name>", "of a whole model's numbers")
        .choices(["float32", "float16", "bfloat16"])
        .default("float32"),
    )
    .option("--merge", "add the adapter to its model's weights (what hf does with any adapter)")
    .requiredOption("--to <folder>", "where to save: a new folder, or that of an earlier export")
    .option("--force", "replace whatever the folder holds")
    .option("--json", "print one JSON object for machines")
    .addHelpText("after", examples)
    .action(async (model: string, flags: ExportFlags) => {
      const { adapter, format, dtype, to, json } = flags;
      const force = flags.force === true;
      if (format === "peft" && dtype !== "float32") {
        throw new UsageError(`--dtype ${dtype}: adapters are small, and kept in float32`);
      }
      if (flags.merge === true && format === "peft") {
        throw new UsageError("--merge makes a whole model; leave out --format peft");
      }
      const exported = await exportModel({
        model,
        adapter,
        format,
        dtype,
        to,
        force,
        merge: flags.merge === true,
        notice: tell,
      });
      if (json) return say(JSON.stringify(exported));
      const what = format === "peft" ? "an adapter" : `a model in ${dtype}`;
      const merged = format === "hf" && exported.modules > 0;
      const how = merged ? `, ${exported.modules} modules of the adapter merged` : "";
      say(`${to}  ${what}${how}`);
      say(["", "in Python:", ...exported.python.map((line) => `  ${line}`)].join("\n"));
    });
}
