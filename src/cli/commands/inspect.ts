/** `pathloom inspect`. */
import { Command } from "commander";
import { describeModel } from "../../../checkpoints/index.ts";
import { drawStep } from "../inspecting/draw-step.ts";
import { modelReport, modelText, openModel, tensorsText } from "../inspecting/model-report.ts";
import { say, tell } from "../terminal.ts";
import { wholeNumber } from "../whole-number.ts";

interface InspectFlags {
  readonly batch: string;
  readonly length?: string;
  readonly rank: string;
  readonly tensors?: true;
  readonly graph?: string | true;
  readonly layers: string;
  readonly depth: string;
  readonly json?: true;
}

const examples = `
Examples:
  $ pathloom inspect runs/quickstart
      Family, sizes, parameters and dtypes of the run's best model, and the memory that generating
      takes by the form of the weights, and training by the method.
  $ pathloom inspect models/gpt2 --batch 4 --length 512 --rank 8
      What a training step on 4 rows of 512 tokens takes: full, adapters over float32 to 4 bits,
      or the token tables alone.
  $ pathloom inspect models/gpt2 --tensors
      Every tensor's name, dtype and shape.
  $ pathloom inspect runs/quickstart --graph step.svg
      Draws the forward and backward pass of a training step, with one layer in place of all.
  $ pathloom inspect runs/quickstart --graph step.txt --layers 4
      The same as text, an operation a line, of four layers; .dot writes Graphviz's language.
  $ pathloom inspect models/gpt2 --json
      All of it, with every tensor, as one JSON object.`;

/** Longer rows are rarely trained on; --length asks for them. */
const usualLength = 2048;

export function inspectCommand(): Command {
  return new Command("inspect")
    .description("show what a model is: family, sizes, tensors, memory, graph")
    .argument(
      "<model>",
      "a run, a checkpoint, a folder with config.json and safetensors, or an id of the Hub",
    )
    .option("--batch <rows>", "rows of the training step that is planned or drawn", "1")
    .option("--length <tokens>", "tokens of a row (default: the context, at most 2048)")
    .option("--rank <number>", "of the adapters whose training is planned", "16")
    .option("--tensors", "list every tensor")
    .option("--graph [file]", "draw the training step into an .svg, .dot or .txt file")
    .option("--layers <count>", "layers in the drawing", "1")
    .option("--depth <levels>", "scopes nested deeper are drawn as one box", "1")
    .option("--json", "print one JSON object for machines")
    .addHelpText("after", examples)
    .action(async (folder: string, flags: InspectFlags) => {
      const rank = wholeNumber("--rank", flags.rank, 65_536);
      const rows = wholeNumber("--batch", flags.batch, 65_536);
      const opened = await openModel(folder, tell);
      const { checkpoint } = opened;
      try {
        const { context } = describeModel(checkpoint).decoder;
        const time =
          flags.length === undefined
            ? Math.min(context, usualLength)
            : wholeNumber("--length", flags.length, context);
        const report = modelReport(opened, { rows, time }, rank);
        const graph =
          flags.graph === undefined
            ? null
            : await drawStep(report.decoder, {
                file: flags.graph === true ? "step.svg" : flags.graph,
                layers: wholeNumber("--layers", flags.layers),
                depth: wholeNumber("--depth", flags.depth),
                shape: { rows, time },
              });
        if (flags.json) return say(JSON.stringify({ ...report, graph }));
        say(modelText(report, rank));
        if (flags.tensors) say(`\n${tensorsText(report)}`);
        if (graph !== null) say(`\n  ${graph.file}  ${graph.nodes} operations of a training step`);
      } finally {
        checkpoint.close();
      }
    });
}
