/** `pathloom export`. */

import { Command, Option } from "commander";
import { UsageError } from "../../../errors/index.ts";
import {
  type Exported,
  type ExportFormat,
  exportFormats,
  exportModel,
  type GgufType,
  ggufTypes,
  type OnnxDtype,
  onnxDtypes,
  type SavedDtype,
} from "../../runs/index.ts";
import { say, tell } from "../terminal.ts";

interface ExportFlags {
  readonly adapter?: string;
  readonly format: ExportFormat;
  readonly dtype: SavedDtype;
  readonly onnxDtypes?: readonly OnnxDtype[];
  readonly ggufType?: GgufType;
  readonly tokenizer: boolean;
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
  $ pathloom export runs/mine --format onnx --to models/mine-onnx --onnx-dtypes fp32,q4
      For transformers.js and ONNX Runtime, in browsers too: docs/export.md.
  $ pathloom export runs/mine --format gguf --to mine.gguf --gguf-type q8_0
      For llama.cpp, Ollama and what else reads GGUF, tokenizer and special tokens included.
  $ pathloom export runs/mine --format demo --to site
      A page for any static server, which draws without one: a worker runs the model in the browser.
  $ pathloom export models/llama --adapter adapters/icons --merge --to models/llama-icons
      A model and an adapter that any program saved, as one model. --merge says that an adapter is
      meant to be merged, and fails where there is none.`;

export function exportCommand(): Command {
  return new Command("export")
    .argument("<model>", "a run, a checkpoint, a model's or adapter's folder, or an id of the Hub")
    .option("--adapter <folder>", "a PEFT adapter over it")
    .addOption(
      new Option(
        "--format <name>",
        "hf: a whole model for transformers; peft: the adapter alone; onnx: for transformers.js and ONNX Runtime; gguf: one file for llama.cpp and Ollama; demo: a page that draws in the browser",
      )
        .choices(exportFormats)
        .default("hf"),
    )
    .addOption(
      new Option("--dtype <name>", "of a whole model's numbers, in hf")
        .choices(["float32", "float16", "bfloat16"])
        .default("float32"),
    )
    .option(
      "--onnx-dtypes <names>",
      `which files onnx writes, of ${onnxDtypes.join(", ")} (default: all), or the one of demo (fp16)`,
      parseOnnxDtypes,
    )
    .addOption(
      new Option("--gguf-type <name>", "how gguf keeps matrices (default: f16)").choices(ggufTypes),
    )
    .option("--no-tokenizer", "leave the tokenizer out of gguf, for programs that feed ids")
    .option("--merge", "add the adapter to its model's weights (what hf does with any adapter)")
    .requiredOption(
      "--to <folder>",
      "where to save: a new folder, or that of an earlier export; of gguf a file",
    )
    .option("--force", "replace whatever the folder holds")
    .option("--json", "print one JSON object for machines")
    .addHelpText("after", examples)
    .action(async (model: string, flags: ExportFlags) => {
      const { adapter, format, dtype, to, json } = flags;
      const force = flags.force === true;
      if (format !== "hf" && dtype !== "float32") {
        const instead =
          format === "peft"
            ? "adapters are small, and kept in float32"
            : "of hf alone; see --onnx-dtypes";
        throw new UsageError(`--dtype ${dtype}: ${instead}`);
      }
      if (format !== "onnx" && format !== "demo" && flags.onnxDtypes !== undefined) {
        throw new UsageError("--onnx-dtypes is for --format onnx and demo");
      }
      if (format === "demo" && (flags.onnxDtypes?.length ?? 1) > 1) {
        throw new UsageError("--onnx-dtypes: the page of --format demo has one model");
      }
      if (format !== "gguf" && (flags.ggufType !== undefined || !flags.tokenizer)) {
        throw new UsageError("--gguf-type and --no-tokenizer are for --format gguf");
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
        ...(flags.onnxDtypes === undefined ? {} : { onnxDtypes: flags.onnxDtypes }),
        ...(flags.ggufType === undefined ? {} : { ggufType: flags.ggufType }),
        withTokenizer: flags.tokenizer,
        merge: flags.merge === true,
        notice: tell,
      });
      if (json) return say(JSON.stringify(exported));
      say(summary(exported));
      const { language, lines } = exported.loading;
      say(["", `in ${language}:`, ...lines.map((line) => `  ${line}`)].join("\n"));
    });
}

function parseOnnxDtypes(text: string): readonly OnnxDtype[] {
  const names = [...new Set(text.split(",").map((name) => name.trim()))];
  const unknown = names.find((name) => !(onnxDtypes as readonly string[]).includes(name));
  if (unknown === undefined) return names as OnnxDtype[];
  throw new UsageError(
    `--onnx-dtypes: there is no "${unknown}"; there are ${onnxDtypes.join(", ")}`,
  );
}

function summary({ to, format, dtype, modules, files }: Exported): string {
  const merged = format !== "peft" && modules > 0;
  const how = merged ? `, ${modules} modules of the adapter merged` : "";
  const listed = Object.entries(files).map(
    ([name, bytes]) => `  ${name}  ${(bytes / 2 ** 20).toFixed(1)} MiB`,
  );
  const what = {
    hf: `a model in ${dtype}`,
    peft: "an adapter",
    onnx: "a model for ONNX Runtime",
    gguf: "a model for llama.cpp",
    demo: "a page that draws in the browser",
  };
  return [`${to}  ${what[format]}${how}`, ...listed].join("\n");
}
