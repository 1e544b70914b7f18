/** `pathloom evaluate`. */

import { Command } from "commander";
import { UsageError } from "../../../errors/index.ts";
import { type Override, type WeightDtype, weightDtypes } from "../../config/index.ts";
import { formatCount } from "../../report/index.ts";
import { type EvaluatedModel, evaluateRun } from "../../runs/index.ts";
import { captionText } from "../evaluating/caption-text.ts";
import { changeText } from "../evaluating/change-text.ts";
import {
  asksForDrawings,
  type JudgeFlags,
  judgeDrawings,
  judgeFlags,
} from "../evaluating/judge-flags.ts";
import { measureText } from "../evaluating/measure-text.ts";
import { refuseIdleKeys, weightsInstead } from "../idle-keys.ts";
import { aligned, say, tell } from "../terminal.ts";

interface EvaluateFlags extends JudgeFlags {
  readonly weightDtype?: string;
}

const examples = `
Examples:
  $ pathloom evaluate --run runs/quickstart
      Nats a token and bits a drawing that the run's best model needs for its held-out drawings.
  $ pathloom evaluate --run runs/quickstart --weight-dtype all
      The same with the matrices kept as float32, bfloat16, int8, int4, nf4 and nf4-double, and how
      much more than the first each needs.
  $ pathloom evaluate --run runs/quickstart --weight-dtype float32,int4 --json
      Two of them, as one JSON object.
  $ pathloom evaluate --model models/icons --data.source icons --all
      What another model needs for all drawings of a folder.
  $ pathloom evaluate --run runs/quickstart --measure
      Draws 120 captions trained on and as many held-out ones, and says how often the real icon of a
      caption is the nearest to its drawing of all; and how often the likelihood of a held-out drawing
      tells its caption from 99 others. Of a model that says what drawings show (data.task), how often
      it says a held-out drawing's name, beside the nearest training drawing's and chance.
  $ pathloom evaluate --run runs/quickstart --prompts captions.txt --evaluate.clip openai/clip-vit-large-patch14
      Draws the captions of a file and judges the drawings: evaluation/report.html.
  $ pathloom evaluate --run runs/a --system runs/b --system gpt=outputs/gpt --data SArena/Icon/generation
      Two runs and another system's drawings on a benchmark, in one table, with differences.
  $ pathloom evaluate --held-out --limit 200 --evaluate.free true
      Held-out captions of the model that comes with Pathloom, drawn without the grammar.

--data takes MMSVGBench and SArena as they are published, tables, and any source of drawings. Metrics that
need weights say what to give; see docs/evaluation.md.

Without captions to draw, likelihood is scored. Captions are given and only the drawing's tokens counted,
as training counts them. Products are computed as generation computes them: over int8 and int4 with their
inputs rounded to 8 bits, too.`;

/** Keys of the configuration that a score depends on. */
const scoringKeys = new Set([
  ...["source", "limit", "heldOut", "maxTokens", "packing"].map((key) => `data.${key}`),
  ...["train.engine", "train.threads", "train.batchSize", "model.contextLength"],
]);

/** Those that the measure depends on besides. */
const measuringKeys = ["generate.", "evaluate.", "data.caption"];

export function evaluateCommand(overrides: readonly Override[]): Command {
  const command = new Command("evaluate")
    .option(
      "--run <folder>",
      "the run, or a checkpoint (default: the model that comes with Pathloom)",
    )
    .option("--model <name>", "in place of --run: a model's folder, a run, or an id of the Hub")
    .option("--adapter <folder>", "a PEFT adapter over the model")
    .option(
      "--weight-dtype <list>",
      `how the model's matrices are kept, several with commas, or all: ${weightDtypes.join(", ")} (default: float32)`,
    )
    .option("--all", "score the drawings that are not held out, too")
    .option("--measure", "draw captions and compare the drawings with the real icons, too")
    .option("--json", "print one JSON object for machines");
  return judgeFlags(command)
    .addHelpText("after", examples)
    .action(async (flags: EvaluateFlags) => {
      if (asksForDrawings(flags)) {
        const [dtype, ...more] =
          flags.weightDtype === undefined ? [] : weightDtypesOf(flags.weightDtype);
        if (more.length > 0) {
          throw new UsageError("--weight-dtype: drawings are made with one; name it, as int8");
        }
        return judgeDrawings(flags, overrides, dtype);
      }
      const scoring = flags.measure
        ? overrides.filter(({ path }) => !measuringKeys.some((key) => path.startsWith(key)))
        : overrides;
      refuseIdleKeys(scoring, scoringKeys, weightsInstead);
      const evaluated = await evaluateRun({
        run: flags.run,
        model: flags.model,
        adapter: flags.adapter,
        overrides,
        weightDtypes: weightDtypesOf(flags.weightDtype ?? "float32"),
        all: flags.all === true,
        measure: flags.measure === true,
        notice: tell,
      });
      say(flags.json ? JSON.stringify(evaluated) : evaluatedText(evaluated));
    });
}

function weightDtypesOf(list: string): WeightDtype[] {
  if (list === "all") return [...weightDtypes];
  return list.split(",").map((written) => {
    const known = weightDtypes.find((each) => each === written.trim());
    if (known !== undefined) return known;
    throw new UsageError(
      `--weight-dtype ${list}: expected all, or some of ${weightDtypes.join(", ")}, with commas`,
    );
  });
}

function evaluatedText({
  checkpoint,
  data,
  heldOut,
  results,
  measure,
  captions,
  changes,
}: EvaluatedModel): string {
  const { tokens, drawings } = results[0]!;
  const which = heldOut ? "held-out drawings" : "drawings";
  const rows = results.map((each) => [
    `  ${each.weightDtype}`,
    `${(each.weightBytes / 1e6).toFixed(1)} MB`,
    each.natsPerToken.toFixed(4),
    signed(each.change),
    each.bitsPerDrawing.toFixed(1),
  ]);
  const head = ["  weights", "memory", "nats/token", "change", "bits/drawing"];
  return [
    `${checkpoint}: ${formatCount(drawings)} ${which} of ${data}, ${formatCount(tokens)} tokens`,
    aligned([head, ...rows]),
    ...(measure === null ? [] : ["", measureText(measure)]),
    ...(captions === null ? [] : ["", captionText(captions)]),
    ...changes.flatMap((each) => ["", changeText(each)]),
  ].join("\n");
}

const signed = (value: number) => `${value < 0 ? "-" : "+"}${Math.abs(value).toFixed(4)}`;
