/** `pathloom bench`. */
import { Command, Option } from "commander";
import { UsageError } from "../../../errors/index.ts";
import {
  benchKinds,
  benchmark,
  benchShapes,
  compileForTarget,
  fewestRounds,
} from "../../bench/index.ts";
import {
  type EngineChoice,
  engineNames,
  loadConfig,
  type Override,
  type Precision,
  resolveConfig,
  type WeightDtype,
  weightDtypes,
} from "../../config/index.ts";
import { compileText } from "../benching/compile-text.ts";
import { type MeasuredKind, refuseIdleOptions } from "../benching/idle-options.ts";
import { benchText } from "../benching/result-text.ts";
import { profileText } from "../profiling/profile-text.ts";
import { say, tell } from "../terminal.ts";
import { wholeNumber } from "../whole-number.ts";

interface BenchFlags {
  readonly shape?: string;
  readonly batch?: string;
  readonly prompt?: string;
  readonly tokens?: string;
  readonly weightDtype?: WeightDtype;
  readonly data?: string;
  readonly config?: string;
  readonly engine?: EngineChoice;
  readonly precision?: Precision;
  readonly threads?: string;
  readonly rounds: string;
  readonly seconds: string;
  readonly peer?: "python";
  readonly python?: string;
  readonly profile?: string | true;
  readonly target?: string;
  readonly json?: true;
}

const examples = `
Examples:
  $ pathloom bench train
      Training steps of the quickstart's model: tokens a second, GFLOP/s, share of the machine's
      peak, peak memory; the median of 5 rounds and their spread.
  $ pathloom bench train --shape gpt2-12m --threads 1 --peer python --python .venv --json
      Beside PyTorch, round by round in turn, on as many threads. The environment needs
      bench/requirements.txt.
  $ pathloom bench train --engine xla --precision bfloat16 --peer python --python .venv
      In bfloat16, beside PyTorch under its autocast.
  $ pathloom bench lora --shape llama-100m
      The same for adapters of rank 16 on every linear layer.
  $ pathloom bench generate --shape gpt2-12m --batch 16 --tokens 512
      16 sequences continued greedily by 512 tokens each.
  $ pathloom bench generate --shape llama-100m --weight-dtype int4
      The same over weights of 4 bits; bfloat16, int8 and nf4 are the others.
  $ pathloom bench matmul --shape 2048x384x1536
      One product of matrices.
  $ pathloom bench tokenize --data icons
      Reading and tokenizing a folder of drawings.
  $ pathloom bench train --profile
      Then once more under the runtime's profiler: a table of the time by operation, and
      trace.json for ui.perfetto.dev.
  $ pathloom bench compile --target h200 --shape gpt2-small --batch 64 --train.mesh "{data: 8}"
      What a step would take of eight cards that need not be here: memory, operations, bytes
      exchanged. Without --shape the recipe of --config is compiled, with its data and decoder.

Shapes:
${Object.entries(benchShapes)
  .map(([name, { summary }]) => `  ${name.padEnd(14)} ${summary}`)
  .join("\n")}`;

export function benchCommand(overrides: readonly Override[]): Command {
  return new Command("bench")
    .argument(`<${kinds.join("|")}>`, "what to measure")
    .option("--shape <name>", "the decoder (default: quickstart), or a product's sizes")
    .addOption(
      new Option("--engine <name>", "what computes (default: auto)").choices([
        "auto",
        ...engineNames,
      ]),
    )
    .addOption(
      new Option(
        "--precision <precision>",
        "of matrix products, and the peer's by autocast (default: float32)",
      ).choices(["float32", "bfloat16"]),
    )
    .option("--threads <count>", "processor threads (default: all cores)")
    .option("--rounds <count>", `rounds, of which the median counts`, String(fewestRounds))
    .option("--seconds <number>", "about how long a round takes", "2")
    .option("--batch <rows>", "rows of a training step, or sequences generated at once")
    .option("--prompt <tokens>", "generate: length of each prompt (default: 16)")
    .option("--tokens <count>", "generate: new tokens of each sequence (default: 512)")
    .addOption(
      new Option(
        "--weight-dtype <dtype>",
        "generate, lora: how the decoder's weights are kept (default: float32)",
      ).choices(weightDtypes),
    )
    .option("--data <path>", "tokenize: an .svg file or a folder of them")
    .option(
      "-c, --config <file>",
      "tokenize: the recipe whose tokenizer is measured; compile: the recipe",
    )
    .option("--target <card>", "compile: h100 or h200 (default: h200)")
    .addOption(
      new Option("--peer <name>", "do the same work in PyTorch too, in turn").choices(["python"]),
    )
    .option("--python <path>", "a Python or a virtual environment (default: python3)")
    .option("--profile [file]", "then show the time by operation and write a Chrome trace")
    .option("--json", "print one JSON object for machines")
    .addHelpText("after", examples)
    .action(async (named: string, flags: BenchFlags) => {
      const kind = kindOf(named);
      refuseIdleOptions(kind, flags);
      if (flags.python !== undefined && flags.peer === undefined) {
        throw new UsageError("--python belongs to --peer python");
      }
      if (kind === "compile") return compile(flags, overrides);
      if (kind !== "tokenize" && overrides.length > 0) {
        throw new UsageError(
          `--${overrides[0]!.path}: the bench has shapes of its own; see --shape`,
        );
      }
      const { result, profile } = await benchmark(kind, {
        rounds: wholeNumber("--rounds", flags.rounds),
        secondsPerRound: secondsOf(flags.seconds),
        shape: flags.shape,
        weightDtype: flags.weightDtype,
        engine: flags.engine,
        precision: flags.precision,
        batch: counted("--batch", flags.batch),
        promptTokens: counted("--prompt", flags.prompt),
        newTokens: counted("--tokens", flags.tokens),
        threads: counted("--threads", flags.threads),
        python: flags.peer === undefined ? undefined : (flags.python ?? "python3"),
        profile: flags.profile,
        drawings: drawingsOf(flags, overrides),
        notice: tell,
      });
      if (flags.json) return say(JSON.stringify({ kind, ...result, profile }));
      say(benchText(result));
      if (profile !== null) say(`\n${profileText(profile)}`);
    });
}

async function compile(flags: BenchFlags, overrides: readonly Override[]): Promise<void> {
  const compiled = await compileForTarget({
    target: flags.target ?? "h200",
    config: recipeOf(flags, overrides),
    shape: flags.shape,
    batch: counted("--batch", flags.batch),
    notice: tell,
  });
  say(flags.json ? JSON.stringify({ kind: "compile", ...compiled }) : compileText(compiled));
}

const kinds: readonly MeasuredKind[] = [...benchKinds, "compile"];

function kindOf(name: string): MeasuredKind {
  const known = kinds.find((each) => each === name);
  if (known !== undefined) return known;
  throw new UsageError(`bench ${name}: there are ${kinds.join(", ")}`);
}

const counted = (option: string, text: string | undefined) =>
  text === undefined ? undefined : wholeNumber(option, text);

const recipeOf = ({ config }: BenchFlags, overrides: readonly Override[]) =>
  config === undefined ? resolveConfig({}, overrides) : loadConfig(config, overrides);

function drawingsOf(flags: BenchFlags, overrides: readonly Override[]) {
  const { data } = flags;
  return data === undefined ? undefined : { path: data, config: recipeOf(flags, overrides) };
}

function secondsOf(text: string): number {
  const seconds = Number(text);
  if (seconds > 0 && seconds <= 3600) return seconds;
  throw new UsageError(`--seconds ${text}: expected a number above 0 and up to 3600`);
}
