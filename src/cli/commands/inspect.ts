/** `pathloom inspect`. */
import { Command } from "commander";
import {
  describeModel,
  loadCheckpoint,
  type ModelDescription,
} from "../../../checkpoints/index.ts";
import { say } from "../terminal.ts";

const examples = `
Examples:
  $ pathloom inspect runs/quickstart/checkpoints/best
      Family, sizes, parameters, dtypes, and the memory that the model takes.
  $ pathloom inspect models/gpt2 --json
      All of it, with every tensor, as one JSON object.`;

export function inspectCommand(): Command {
  return new Command("inspect")
    .description("show what a model is: family, sizes, tensors, memory")
    .argument("<model>", "a folder with config.json and safetensors")
    .option("--json", "print one JSON object for machines")
    .addHelpText("after", examples)
    .action((folder: string, flags: { readonly json?: true }) => {
      const checkpoint = loadCheckpoint(folder, { acceptPlain: true });
      try {
        const description = describeModel(checkpoint);
        say(flags.json ? JSON.stringify(description) : textOf(description));
      } finally {
        checkpoint.close();
      }
    });
}

function textOf({ family, decoder, parameters, tensors, bytesOnDisk, memory }: ModelDescription) {
  const dtypes = [...new Set(tensors.map(({ dtype }) => dtype))].join(", ");
  const { layers, width, heads, keyValueHeads, headDim, vocabularySize, context } = decoder;
  const rows: readonly (readonly [string, string])[] = [
    ["family", family],
    ["parameters", parameters.toLocaleString("en")],
    ["layers", `${layers} of width ${width}`],
    ["heads", `${heads} of ${headDim}, ${keyValueHeads} of keys and values`],
    ["network", `${decoder.feedForward}, ${decoder.activation}${decoder.gated ? ", gated" : ""}`],
    ["positions", `${decoder.positions}, context ${context}`],
    ["vocabulary", `${vocabularySize}, ${decoder.tieEmbeddings ? "tied head" : "head of its own"}`],
    ["tensors", `${tensors.length} of ${dtypes}, ${mebibytes(bytesOnDisk)} on the disk`],
    ["to generate", `${mebibytes(memory.weights)} and ${memory.cachePerToken} bytes a token`],
    ["to train all", `${mebibytes(memory.trainingAll)} and the activations`],
  ];
  return rows.map(([name, value]) => `${name.padEnd(13)}${value}`).join("\n");
}

function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toLocaleString("en", { maximumFractionDigits: 1 })} MiB`;
}
