/** `pathloom logits`. */

import { Command } from "commander";
import { startEngine } from "../../../engine/index.ts";
import { logits } from "../../../models/index.ts";
import { loadModel, parseIds } from "../../runs/index.ts";
import { say, tell } from "../terminal.ts";

interface LogitsFlags {
  readonly model: string;
  readonly adapter?: string;
  readonly ids: string;
  readonly json?: true;
}

const examples = `
Examples:
  $ pathloom logits --model models/gpt2 --ids 15496,995
      The five likeliest tokens after each of the two.
  $ pathloom logits --model models/gpt2 --adapter adapters/icons --ids 15496 --json
      All logits, with an adapter over the model.`;

export function logitsCommand(): Command {
  return new Command("logits")
    .description("compute a model's logits for token ids, to compare with another program")
    .requiredOption("--model <name>", "a run, a checkpoint, a model's folder, or an id of the Hub")
    .option("--adapter <folder>", "a PEFT adapter over it")
    .requiredOption("--ids <list>", "token ids, separated by commas")
    .option("--json", "print one JSON object for machines: ids, and logits by place")
    .addHelpText("after", examples)
    .action(async (flags: LogitsFlags) => {
      const ids = parseIds(flags.ids);
      const rows = await logitsOf(flags, ids);
      say(flags.json ? JSON.stringify({ ids, logits: rows }) : textOf(ids, rows));
    });
}

async function logitsOf(flags: LogitsFlags, ids: readonly number[]): Promise<number[][]> {
  const { engine } = await startEngine("onnx");
  try {
    const { model } = await loadModel(engine, {
      model: flags.model,
      adapter: flags.adapter,
      notice: tell,
    });
    const values = logits(model, [ids]);
    const size = model.config.vocabularySize;
    return ids.map((_, place) => [...values.subarray(place * size, (place + 1) * size)]);
  } finally {
    engine.dispose();
  }
}

function textOf(ids: readonly number[], rows: readonly (readonly number[])[]): string {
  const likeliest = (row: readonly number[]) =>
    row
      .map((value, id) => ({ value, id }))
      .sort((a, b) => b.value - a.value)
      .slice(0, 5)
      .map(({ value, id }) => `${id} ${value.toFixed(4)}`)
      .join("   ");
  return rows.map((row, place) => `after ${ids[place]}:  ${likeliest(row)}`).join("\n");
}
