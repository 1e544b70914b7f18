/** `pathloom generate`. */

import { Command, Option } from "commander";
import { UsageError } from "../../../errors/index.ts";
import { cacheDtypes, type Override, type WeightDtype, weightDtypes } from "../../config/index.ts";
import {
  changeFromRun,
  type DescribedFiles,
  describeFromRun,
  type GeneratedDrawings,
  generateFromRun,
} from "../../runs/index.ts";
import { refuseIdleKeys, weightsInstead } from "../idle-keys.ts";
import { say, tell } from "../terminal.ts";
import { wholeNumber } from "../whole-number.ts";

interface GenerateFlags {
  readonly run?: string;
  readonly model?: string;
  readonly adapter?: string;
  readonly ids?: string;
  readonly weightDtype?: WeightDtype;
  readonly prompt?: readonly string[];
  readonly svg?: readonly string[];
  readonly complete?: readonly string[];
  readonly edit?: readonly string[];
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
  readonly speculate?: string;
  readonly cacheDtype?: string;
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
  $ pathloom generate --run runs/drafting --prompt heart --speculate 1
      The same drawing in fewer passes, by a model trained with model.futureTokens; says how many.
  $ pathloom generate --model models/icons --prompt heart
      The same with a model that was merged or exported, or with one of the Hub.
  $ pathloom generate --run runs/quickstart --prompt heart --weight-dtype int8
      The same with the checkpoint's matrices rounded to 8 bits as they are loaded.
  $ pathloom generate --run runs/icons-captions --svg heart.svg --svg house.svg
      What drawings show, by a model that was trained on data.task svg-to-text (docs/tasks.md).
  $ pathloom generate --complete circle.svg --prompt "circle check" -n 4
      Goes on with a drawing, whose elements stay; any model that draws captions can.
  $ pathloom generate --run runs/edits --edit heart.svg --prompt "make the lines thicker"
      Changes a drawing, by a model that was trained on data.task editing.

--run also takes the folder of a checkpoint. What is not said is taken from the run's config.yaml.

--weight-dtype int8 and int4 take about a quarter and a sixth of float32's memory. Over them, a large model
draws a single drawing faster, 16 at once no faster, and one like the quickstart's in the same time.
bfloat16, nf4 and nf4-double save memory alone, and take up to twice as long, on large models longer.
What each costs in loss: pathloom evaluate --help.

--cache-dtype int8 keeps keys and values in a byte each, for long contexts and many drawings at once; some
drawings differ (docs/serving.md).`;

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
  speculate: "generate.speculate",
  cacheDtype: "generate.cacheDtype",
} as const;

/** Keys of the configuration that drawing depends on; the rest are of training. */
const drawingKeys = new Set([
  ...Object.values(keys),
  ...["train.engine", "train.threads", "model.contextLength"],
  ...["report.sheetColumns", "report.cellSize"],
]);

export function generateCommand(overrides: readonly Override[]): Command {
  const collect = (value: string, before: readonly string[] = []) => [...before, value];
  return new Command("generate")
    .option(
      "--run <folder>",
      "the run, or a checkpoint (default: the model that comes with Pathloom)",
    )
    .option("-p, --prompt <caption>", "what to draw; may be repeated", collect)
    .option("--svg <file>", "say what a drawing shows; may be repeated", collect)
    .option("--complete <file>", "go on with a drawing; may be repeated", collect)
    .option("--edit <file>", "change a drawing as --prompt says; may be repeated", collect)
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
    .option("--speculate <count>", "tokens that the model's own heads draft at a time")
    .addOption(
      new Option(
        "--cache-dtype <name>",
        "how keys and values of earlier tokens are kept (default: float32)",
      ).choices(cacheDtypes),
    )
    .option("--out <folder>", "where the drawings go (default: drawings)")
    .option("--real", "show on the sheet the icon of each caption in the data, too")
    .option("--model <name>", "in place of --run: a model's folder, a run, or an id of the Hub")
    .option("--adapter <folder>", "a PEFT adapter over the model")
    .addOption(new Option("--ids <list>").hideHelp())
    .addOption(
      new Option(
        "--weight-dtype <name>",
        "how the model's matrices are kept (default: as the run was trained over)",
      ).choices(weightDtypes),
    )
    .option("--json", "print one JSON object for machines")
    .addHelpText("after", examples)
    .action(async (flags: GenerateFlags) => {
      if (flags.ids !== undefined) {
        throw new UsageError("--ids is now: pathloom debug continue --model NAME --ids LIST");
      }
      refuseIdleKeys(overrides, drawingKeys, weightsInstead);
      const asked = {
        run: flags.run,
        model: flags.model,
        adapter: flags.adapter,
        overrides: [...overrides, ...flagOverrides(flags)],
        weightDtype: flags.weightDtype,
        number: wholeNumber("-n", flags.number ?? "1", 10_000),
        notice: tell,
      };
      refuseTogether(flags);
      if (flags.svg !== undefined) {
        const described = await describeFromRun({ ...asked, files: flags.svg });
        return say(flags.json ? JSON.stringify(described) : describedText(described));
      }
      const out = flags.out ?? "drawings";
      const { complete, edit } = flags;
      const generated =
        complete !== undefined || edit !== undefined
          ? await changeFromRun({
              ...asked,
              task: edit === undefined ? "completion" : "editing",
              files: complete ?? edit ?? [],
              prompts: edit === undefined ? (flags.prompt ?? []) : promptsOf(flags),
              out,
            })
          : await generateFromRun({
              ...asked,
              prompts: promptsOf(flags),
              out,
              real: flags.real === true,
            });
      if (flags.json) return say(JSON.stringify(generated));
      for (const { file, prompt, tokens } of generated.drawings) {
        say(`${file}  ${prompt}  (${tokens} tokens)`);
      }
      say(`${generated.sheet}  contact sheet`);
      const { speculation } = generated;
      if (speculation !== null && speculation.steps > 0) say(speculationText(speculation));
    });
}

/** Options that say different things of what is asked. */
function refuseTogether({
  svg,
  complete,
  edit,
  prompt,
  real,
  speculate,
  out,
}: GenerateFlags): void {
  const asked = Object.entries({ svg, complete, edit }).filter(([, files]) => files !== undefined);
  const [first, second] = asked.map(([name]) => `--${name}`);
  if (second !== undefined) throw new UsageError(`${first} and ${second}: say one of them`);
  if (first === undefined) return;
  const idle = Object.entries({
    real,
    speculate,
    ...(svg === undefined ? {} : { prompt, out }),
  }).flatMap(([name, value]) => (value === undefined ? [] : `--${name}`));
  if (idle.length > 0) throw new UsageError(`${idle[0]}: means nothing with ${first}`);
}

function describedText({ captions }: DescribedFiles): string {
  return captions
    .map(({ file, caption, complete }) => `${file}  ${caption}${complete ? "" : " …"}`)
    .join("\n");
}

type Speculation = NonNullable<GeneratedDrawings["speculation"]>;

function speculationText({ steps, tokens, drafted, accepted }: Speculation): string {
  const kept = ((100 * accepted) / drafted).toFixed(0);
  return `${(tokens / steps).toFixed(2)} tokens a pass (${kept} % of ${drafted} drafts kept)`;
}

function promptsOf({ prompt, edit }: GenerateFlags): readonly string[] {
  if (prompt === undefined) {
    throw new UsageError(
      edit === undefined
        ? '--prompt: say what to draw, as --prompt "arrow up"'
        : '--prompt: say how to change it, as --prompt "mirror it"',
    );
  }
  if (prompt.some((each) => each.trim() === "")) {
    throw new UsageError('--prompt "": a caption is empty; say what to draw, as "arrow up"');
  }
  return prompt;
}

function flagOverrides(flags: GenerateFlags): Override[] {
  return Object.entries(keys).flatMap(([flag, path]) => {
    const text = flags[flag as keyof typeof keys];
    return text === undefined ? [] : [{ path, text }];
  });
}
