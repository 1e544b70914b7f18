/** `pathloom debug`: a model by its token ids, to compare with another program. */

import { Command, Option } from "commander";
import { UsageError } from "../../../errors/index.ts";
import {
  type Override,
  resolveConfig,
  type WeightDtype,
  weightDtypes,
} from "../../config/index.ts";
import { continueIds, likeliest, parseIds, tokenLogits } from "../../runs/index.ts";
import { refuseIdleKeys, weightsInstead } from "../idle-keys.ts";
import { say, tell } from "../terminal.ts";
import { wholeNumber } from "../whole-number.ts";

interface ModelFlags {
  readonly model?: string;
  readonly adapter?: string;
  readonly ids: string;
  readonly weightDtype?: WeightDtype;
  readonly json?: true;
}

interface ContinueFlags extends ModelFlags {
  readonly greedy?: true;
  readonly maxNewTokens: string;
  readonly seed?: string;
  readonly temperature?: string;
  readonly topK?: string;
  readonly topP?: string;
  readonly repetitionPenalty?: string;
}

const examples = `
Examples:
  $ pathloom debug logits --model models/gpt2 --ids 15496,995
      The five likeliest tokens after each of the two.
  $ pathloom debug logits --model models/gpt2 --adapter adapters/icons --ids 15496 --json
      All logits, with an adapter over the model.
  $ pathloom debug continue --model models/gpt2 --ids 15496,995 --greedy --max-new-tokens 64 --json
      The ids that a model continues ids by, as transformers' generate() does.`;

export function debugCommand(overrides: readonly Override[]): Command {
  return new Command("debug")
    .addHelpText("after", examples)
    .addCommand(logitsCommand(overrides))
    .addCommand(continueCommand(overrides));
}

function logitsCommand(overrides: readonly Override[]): Command {
  return overModel("logits", "compute a model's logits for token ids").action(
    async (flags: ModelFlags) => {
      refuseIdleKeys(overrides, new Set(), weightsInstead);
      const found = await tokenLogits({ ...modelOf(flags), ids: parseIds(flags.ids) });
      say(flags.json ? JSON.stringify(found) : logitsText(found));
    },
  );
}

function logitsText({ ids, logits }: Awaited<ReturnType<typeof tokenLogits>>): string {
  const lines = logits.map((row, position) => {
    const best = likeliest(row, 5).map(({ id, value }) => `${id} ${value.toFixed(4)}`);
    return `after ${ids[position]}:  ${best.join("   ")}`;
  });
  return lines.join("\n");
}

function continueCommand(overrides: readonly Override[]): Command {
  return overModel("continue", "continue token ids with a model")
    .option("--greedy", "the likeliest token at each step")
    .option("--max-new-tokens <count>", "most tokens to add", "64")
    .option("--seed <number>", "of the sampling (default: 7)")
    .option("--temperature <number>", "0 takes the likeliest token at each step (default: 1)")
    .option("--top-k <number>", "sample from the k likeliest tokens")
    .option("--top-p <number>", "sample from the likeliest tokens of this probability together")
    .option("--repetition-penalty <number>", "above 1 makes repeated tokens less likely")
    .action(async (flags: ContinueFlags) => {
      refuseIdleKeys(overrides, new Set(), weightsInstead);
      const continued = await continueIds({
        ...modelOf(flags),
        ...samplingOf(flags),
        ids: parseIds(flags.ids),
        maxNewTokens: wholeNumber("--max-new-tokens", flags.maxNewTokens),
      });
      say(flags.json ? JSON.stringify(continued) : continued.newIds.join(","));
    });
}

function overModel(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .option("--model <name>", "a run, a checkpoint, a model's folder, or an id of the Hub")
    .option("--adapter <folder>", "a PEFT adapter over it")
    .requiredOption("--ids <list>", "token ids, separated by commas")
    .addOption(
      new Option("--weight-dtype <name>", "how the model's matrices are held").choices(
        weightDtypes,
      ),
    )
    .option("--json", "print one JSON object for machines");
}

const modelOf = ({ model, adapter, weightDtype = "float32" }: ModelFlags) => ({
  model,
  adapter,
  weightDtype,
  notice: tell,
});

const samplingFlags = ["temperature", "topK", "topP", "repetitionPenalty"] as const;

/** What was said, as the configuration reads it: its defaults are for drawings. */
function samplingOf({ greedy, ...flags }: ContinueFlags) {
  const given = samplingFlags.filter((name) => flags[name] !== undefined);
  const named = [...given, ...(flags.seed === undefined ? [] : (["seed"] as const))];
  const overrides = named.map((name) => ({ path: `generate.${name}`, text: flags[name]! }));
  const { generate } = resolveConfig({}, overrides);
  const clash = given.find((name) => name !== "repetitionPenalty");
  if (greedy && clash !== undefined) {
    const flag = { temperature: "temperature", topK: "top-k", topP: "top-p" }[clash];
    throw new UsageError(`--greedy and --${flag} exclude each other; leave one out`);
  }
  const sampling = Object.fromEntries(given.map((name) => [name, generate[name]]));
  return { sampling: greedy ? { ...sampling, temperature: 0 } : sampling, seed: generate.seed };
}
