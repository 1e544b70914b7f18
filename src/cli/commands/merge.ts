/** `pathloom merge`. */
import { Command } from "commander";
import {
  loadAdapter,
  loadCheckpoint,
  modelContents,
  modelFromCheckpoint,
  saveCheckpoint,
} from "../../../checkpoints/index.ts";
import { mergeAdapter } from "../../../models/index.ts";
import { startEngine } from "../../engine/index.ts";
import { say } from "../terminal.ts";

interface MergeFlags {
  readonly model: string;
  readonly adapter: string;
  readonly to: string;
  readonly json?: true;
}

const examples = `
Examples:
  $ pathloom merge --model models/gpt2 --adapter adapters/icons --to models/gpt2-icons
      A model of its own in the Hugging Face layout, for any program that reads it.`;

export function mergeCommand(): Command {
  return new Command("merge")
    .description("add an adapter to its model's weights and save the whole")
    .requiredOption("--model <folder>", "the model that the adapter was trained over")
    .requiredOption("--adapter <folder>", "a PEFT adapter")
    .requiredOption("--to <folder>", "where to save")
    .option("--json", "print one JSON object for machines")
    .addHelpText("after", examples)
    .action(async (flags: MergeFlags) => {
      const modules = await merge(flags);
      const { to } = flags;
      say(flags.json ? JSON.stringify({ to, modules }) : `${modules} modules merged into ${to}`);
    });
}

/** @returns how many modules the adapter changed. */
async function merge({ model: folder, adapter: adapterFolder, to }: MergeFlags): Promise<number> {
  const { engine } = await startEngine("onnx");
  const checkpoint = loadCheckpoint(folder, { acceptPlain: true });
  try {
    const model = modelFromCheckpoint(engine, checkpoint);
    const base = { config: model.config, json: checkpoint.config };
    const { adapter } = loadAdapter(adapterFolder, base);
    const weights = mergeAdapter(model.weights(), adapter);
    const { tokenizer, generationConfig } = checkpoint;
    saveCheckpoint(to, {
      ...modelContents(model, { base: checkpoint.config, weights }),
      ...(tokenizer === undefined ? {} : { tokenizer }),
      ...(generationConfig === undefined ? {} : { generationConfig }),
    });
    return adapter.modules.length;
  } finally {
    checkpoint.close();
    engine.dispose();
  }
}
