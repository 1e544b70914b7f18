/** `pathloom generate`. */

import { Command, Option } from "commander";
import { UsageError } from "../../../errors/index.ts";
import { type SamplingOptions, type WeightDtype, weightDtypes } from "../../../models/index.ts";
import { type GenerateConfig, type Override, resolveConfig } from "../../config/index.ts";
import { modelSource, parseIds } from "../../runs/index.ts";
import { continueIds } from "../generating/continue-ids.ts";
import { generateDrawings } from "../generating/generate-drawings.ts";
import { refuseIdleOptions } from "../generating/idle-options.ts";
import { sourceAndConfig } from "../source-and-config.ts";
import { say, tell } from "../terminal.ts";
import { wholeNumber } from "../whole-number.ts";

interface GenerateFlags {
  readonly run?: string;
  readonly model?: string;
  readonly adapter?: string;
  readonly ids?: string;
  readonly greedy?: true;
  readonly maxNewTokens?: string;
  readonly weightDtype?: WeightDtype;
  readonly prompt?: readonly string[];
  readonly number?: string;
  readonly seed?: string;
  readonly temperature?: string;
  readonly coordinateTemperature?: string;
  readonly guidance?: string;
  readonly candidates?: string;
  readonly topK?: string;
  readonly topP?: string;
  readonly repetitionPenalty?: string;
  readonly maxTokens?: string;
  readonly out?: string;
  readonly real?: true;
  readonly json?: true;
}

const examples = `
Examples:
  $ pathloom generate --prompt "arrow right" -n 4
      Four drawings by the model that Pathloom brings along, weights/icons.
  $ pathloom generate --run runs/quickstart --prompt "arrow up" -n 4
      Four drawings of one caption into drawings/, with a contact sheet.
  $ pathloom generate --run runs/quickstart --prompt "circle check" --temperature 0 --out icons
      The likeliest drawing.
  $ pathloom generate --run runs/quickstart --prompt house --prompt heart --seed 7 --json
      One JSON object with the drawings on stdout; the same seed gives the same drawings.
  $ pathloom generate --run runs/quickstart --prompt "arrow right" --guidance 2 --candidates 4
      The best of four, each following its caption more closely than the model alone would.
  $ pathloom generate --model models/icons --prompt heart
      The same with a model that was merged or exported, or with one of the Hub.
  $ pathloom generate --run runs/quickstart --prompt heart --weight-dtype int8
      The same with the checkpoint's matrices rounded to 8 bits as they are loaded.
  $ pathloom generate --model models/gpt2 --ids 15496,995 --greedy --max-new-tokens 64 --json
      The ids that any model continues ids by, to compare with another program.

--run also takes the folder of a checkpoint. What is not said is taken from the run's config.yaml.

--weight-dtype int8 and int4 take about a quarter and a sixth of float32's memory. Over them, a large model
draws a single drawing faster, 16 at once no faster, and one like the quickstart's in the same time.
bfloat16, nf4 and nf4-double save memory alone, and take up to twice as long, on large models longer.
What each costs in loss: pathloom evaluate --help.`;

/** The flags that stand for a key of the configuration. */
const keys = {
  seed: "generate.seed",
  temperature: "generate.temperature",
  coordinateTemperature: "generate.coordinateTemperature",
  guidance: "generate.guidance",
  candidates: "generate.candidates",
  topK: "generate.topK",
  topP: "generate.topP",
  repetitionPenalty: "generate.repetitionPenalty",
  maxTokens: "generate.maxTokens",
} as const;

export function generateCommand(overrides: readonly Override[]): Command {
  const collect = (value: string, before: readonly string[] = []) => [...before, value];
  return new Command("generate")
    .description("draw captions with a trained model")
    .option(
      "--run <folder>",
      "the run, or a checkpoint (default: the model that comes with Pathloom)",
    )
    .option("-p, --prompt <caption>", "what to draw; may be repeated", collect)
    .option("-n, --number <count>", "drawings of each caption (default: 1)")
    .option("--seed <number>", "of the sampling")
    .option("--temperature <number>", "0 takes the likeliest token at each step")
    .option("--coordinate-temperature <number>", "the same where a coordinate is likeliest")
    .option("--guidance <number>", "above 1 follows the caption more closely")
    .option("--candidates <count>", "drawings made of each, of which the best is kept")
    .option("--top-k <number>", "sample from the k likeliest tokens")
    .option("--top-p <number>", "sample from the likeliest tokens of this probability together")
    .option("--repetition-penalty <number>", "above 1 makes repeated tokens less likely")
    .option("--max-tokens <number>", "longest drawing in tokens")
    .option("--out <folder>", "where the drawings go (default: drawings)")
    .option("--real", "show on the sheet the icon of each caption in the data, too")
    .option("--model <name>", "in place of --run: a model's folder, a run, or an id of the Hub")
    .option("--adapter <folder>", "a PEFT adapter over the model")
    .option("--ids <list>", "token ids to continue, separated by commas, in place of captions")
    .option("--greedy", "with --ids: the likeliest token at each step")
    .option("--max-new-tokens <count>", "with --ids: most tokens to add (default: 64)")
    .addOption(
      new Option(
        "--weight-dtype <name>",
        "how the model's matrices are kept (default: as the run was trained over)",
      ).choices(weightDtypes),
    )
    .option("--json", "print one JSON object for machines")
    .addHelpText("after", examples)
    .action(async (flags: GenerateFlags) => {
      refuseIdleOptions(flags, overrides);
      if (flags.ids !== undefined) {
        modelSource(flags);
        return continueGiven(flags, flags.ids);
      }
      if (flags.prompt === undefined) {
        throw new UsageError('--prompt: say what to draw, as --prompt "arrow up"');
      }
      if (flags.prompt.some((prompt) => prompt.trim() === "")) {
        throw new UsageError('--prompt "": a caption is empty; say what to draw, as "arrow up"');
      }
      const all = [...overrides, ...flagOverrides(flags)];
      const generated = await generateDrawings({
        ...sourceAndConfig(flags, all, () => resolveConfig({}, all)),
        weightDtype: flags.weightDtype,
        prompts: flags.prompt,
        number: wholeNumber("-n", flags.number ?? "1", 10_000),
        out: flags.out ?? "drawings",
        real: flags.real === true,
        notice: tell,
      });
      if (flags.json) return say(JSON.stringify(generated));
      for (const { file, prompt, tokens } of generated.drawings) {
        say(`${file}  ${prompt}  (${tokens} tokens)`);
      }
      say(`${generated.sheet}  contact sheet`);
    });
}

async function continueGiven(flags: GenerateFlags, list: string): Promise<void> {
  const { generate } = resolveConfig({}, flagOverrides(flags));
  const continued = await continueIds({
    model: flags.model ?? flags.run,
    adapter: flags.adapter,
    weightDtype: flags.weightDtype ?? "float32",
    notice: tell,
    ids: parseIds(list),
    maxNewTokens: wholeNumber("--max-new-tokens", flags.maxNewTokens ?? "64"),
    sampling: { ...samplingOf(flags, generate), ...(flags.greedy ? { temperature: 0 } : {}) },
    seed: generate.seed,
  });
  say(flags.json ? JSON.stringify(continued) : continued.newIds.join(","));
}

/** What was said: the recipe's defaults are for drawings. */
function samplingOf(flags: GenerateFlags, generate: GenerateConfig): Partial<SamplingOptions> {
  const given = samplingFlags.filter((name) => flags[name] !== undefined);
  return Object.fromEntries(given.map((name) => [name, generate[name]]));
}

const samplingFlags = ["temperature", "topK", "topP", "repetitionPenalty"] as const;

function flagOverrides(flags: GenerateFlags): Override[] {
  return Object.entries(keys).flatMap(([flag, path]) => {
    const text = flags[flag as keyof typeof keys];
    return text === undefined ? [] : [{ path, text }];
  });
}
