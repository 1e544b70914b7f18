/** `pathloom inspect`. */
import { Command, Option } from "commander";
import { UsageError } from "../../../errors/index.ts";
import { weightDtypes } from "../../config/index.ts";
import { inspectModel, type PassOptions, passMethods, passSteps } from "../../runs/index.ts";
import { modelText, tensorsText } from "../inspecting/report-text.ts";
import { say, tell } from "../terminal.ts";
import { wholeNumber } from "../whole-number.ts";

interface InspectFlags {
  readonly batch: string;
  readonly length?: string;
  readonly rank: string;
  readonly tensors?: true;
  readonly graph?: string | true;
  readonly step?: PassOptions["step"];
  readonly method?: PassOptions["method"];
  readonly weightDtype?: PassOptions["weightDtype"];
  readonly layers?: string;
  readonly depth?: string;
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
  $ pathloom inspect models/gpt2 --graph lora.svg --method lora --rank 8
      The training step of adapters; qlora keeps the frozen matrices as --weight-dtype says, or as nf4.
  $ pathloom inspect models/gpt2 --graph token.svg --step token --length 256 --weight-dtype int4
      What generates a token over caches of 256; --step prompt is what reads a prompt.
  $ pathloom inspect models/gpt2 --json
      All of it, with every tensor, as one JSON object.`;

export function inspectCommand(): Command {
  return new Command("inspect")
    .argument(
      "<model>",
      "a run, a checkpoint, a folder with config.json and safetensors, or an id of the Hub",
    )
    .option("--batch <rows>", "rows of the step that is planned or drawn", "1")
    .option(
      "--length <tokens>",
      "tokens of a row, or of generation's caches (default: the context, at most 2048)",
    )
    .option("--rank <number>", "of the adapters whose training is planned or drawn", "16")
    .option("--tensors", "list every tensor")
    .option("--graph [file]", "draw a step into an .svg, .dot or .txt file (default: step.svg)")
    .addOption(
      new Option(
        "--step <name>",
        "with --graph: of training, reading a prompt, generating a token (default: train)",
      ).choices(passSteps),
    )
    .addOption(
      new Option("--method <name>", "with --graph: what learns (default: full)").choices(
        passMethods,
      ),
    )
    .addOption(
      new Option(
        "--weight-dtype <name>",
        "with --graph: how weights that do not learn are kept (default: float32, of qlora nf4)",
      ).choices(weightDtypes),
    )
    .option("--layers <count>", "with --graph: layers in the drawing (default: 1)")
    .option("--depth <levels>", "with --graph: deeper scopes are one box (default: 1)")
    .option("--json", "print one JSON object for machines")
    .addHelpText("after", examples)
    .action(async (folder: string, flags: InspectFlags) => {
      if (flags.graph === undefined) refuseDrawingOptions(flags);
      const rank = wholeNumber("--rank", flags.rank, 65_536);
      const { step, method, weightDtype } = flags;
      const { graph, ...report } = await inspectModel(folder, {
        rank,
        batchSize: wholeNumber("--batch", flags.batch, 65_536),
        sequenceLength:
          flags.length === undefined
            ? undefined
            : wholeNumber("--length", flags.length, 16_777_216),
        graph:
          flags.graph === undefined
            ? undefined
            : {
                step,
                method,
                weightDtype,
                file: flags.graph === true ? "step.svg" : flags.graph,
                layers: wholeNumber("--layers", flags.layers ?? "1"),
                depth: wholeNumber("--depth", flags.depth ?? "1"),
              },
        notice: tell,
      });
      if (flags.json) return say(JSON.stringify({ ...report, graph }));
      say(modelText(report, rank));
      if (flags.tensors) say(`\n${tensorsText(report)}`);
      if (graph !== null) {
        say(`\n  ${graph.file}  ${graph.nodes} operations: ${graph.title}`);
      }
    });
}

function refuseDrawingOptions(flags: InspectFlags): void {
  const idle = (["step", "method", "weightDtype", "layers", "depth"] as const).find(
    (option) => flags[option] !== undefined,
  );
  if (idle !== undefined)
    throw new UsageError(
      `--${idle === "weightDtype" ? "weight-dtype" : idle} is for --graph; add it, or leave it out`,
    );
}
