/** `pathloom bench`. */
import { readFileSync } from "node:fs";
import { Command, Option } from "commander";
import { type WeightStorage, weightStorages } from "../../../models/index.ts";
import {
  BenchError,
  bench,
  benchShape,
  benchShapes,
  generateWorkload,
  matmulWorkload,
  parseProductShape,
  tokenizeWorkload,
  trainWorkload,
  type Workload,
} from "../../bench/index.ts";
import { loadConfig, type Override, resolveConfig } from "../../config/index.ts";
import { type Engine, type EngineChoice, engineNames, startEngine } from "../../engine/index.ts";
import { benchText } from "../benching/result-text.ts";
import { UsageError } from "../exit.ts";
import { profileText } from "../profiling/profile-text.ts";
import { profiled } from "../profiling/profiled.ts";
import { say, tell } from "../terminal.ts";
import { representationOfConfig } from "../tokenizing/representation-for.ts";
import { filesOf } from "../tokenizing/tokenize-files.ts";
import { wholeNumber } from "../whole-number.ts";

interface BenchFlags {
  readonly shape?: string;
  readonly engine: EngineChoice;
  readonly threads?: string;
  readonly rounds: string;
  readonly seconds: string;
  readonly batch?: string;
  readonly prompt: string;
  readonly tokens: string;
  readonly weights: WeightStorage;
  readonly data?: string;
  readonly config?: string;
  readonly peer?: "python";
  readonly python?: string;
  readonly profile?: string | true;
  readonly json?: true;
}

const kinds = ["matmul", "train", "lora", "generate", "tokenize"] as const;
type Kind = (typeof kinds)[number];

const examples = `
Examples:
  $ pathloom bench train
      Training steps of the quickstart's model: tokens a second, GFLOP/s, share of the machine's
      peak, peak memory; the median of 5 rounds and their spread.
  $ pathloom bench train --shape gpt2-12m --threads 1 --peer python --python .venv --json
      Beside PyTorch, round by round in turn, on as many threads. The environment needs
      bench/requirements.txt.
  $ pathloom bench lora --shape llama-100m
      The same for adapters of rank 16 on every linear layer.
  $ pathloom bench generate --shape gpt2-12m --batch 16 --tokens 512
      16 sequences continued greedily by 512 tokens each.
  $ pathloom bench generate --shape llama-100m --weights int4
      The same over weights of 4 bits; bfloat16, int8 and nf4 are the others.
  $ pathloom bench matmul --shape 2048x384x1536
      One product of matrices.
  $ pathloom bench tokenize --data icons
      Reading and tokenizing a folder of drawings.
  $ pathloom bench train --profile
      Then once more under the runtime's profiler: a table of the time by operation, and
      trace.json for ui.perfetto.dev.

Shapes:
${Object.entries(benchShapes)
  .map(([name, { summary }]) => `  ${name.padEnd(14)} ${summary}`)
  .join("\n")}`;

export function benchCommand(overrides: readonly Override[]): Command {
  return new Command("bench")
    .description("measure speed and memory, alone or beside PyTorch")
    .argument(`<${kinds.join("|")}>`, "what to measure")
    .option("--shape <name>", "the decoder (default: quickstart), or a product's sizes")
    .addOption(
      new Option("--engine <name>", "what computes")
        .choices(["auto", ...engineNames])
        .default("auto"),
    )
    .option("--threads <count>", "processor threads (default: all cores)")
    .option("--rounds <count>", "rounds, of which the median counts", "5")
    .option("--seconds <number>", "about how long a round takes", "2")
    .option("--batch <rows>", "rows of a training step, or sequences generated at once")
    .option("--prompt <tokens>", "generate: length of each prompt", "16")
    .option("--tokens <count>", "generate: new tokens of each sequence", "512")
    .addOption(
      new Option("--weights <storage>", "generate, lora: how the decoder's weights are kept")
        .choices(weightStorages)
        .default("float32"),
    )
    .option("--data <path>", "tokenize: an .svg file or a folder of them")
    .option("-c, --config <file>", "tokenize: the recipe whose tokenizer is measured")
    .addOption(
      new Option("--peer <name>", "do the same work in PyTorch too, in turn").choices(["python"]),
    )
    .option("--python <path>", "a Python or a virtual environment (default: python3)")
    .option("--profile [file]", "then show the time by operation and write a Chrome trace")
    .option("--json", "print one JSON object for machines")
    .addHelpText("after", examples)
    .action(async (kind: string, flags: BenchFlags) => {
      const make = refusedAsUsage(() => workloadMaker(kindOf(kind), flags, overrides));
      if (flags.python !== undefined && flags.peer === undefined) {
        throw new UsageError("--python belongs to --peer python");
      }
      const threads = flags.threads === undefined ? null : wholeNumber("--threads", flags.threads);
      const options = {
        python: flags.peer === undefined ? null : (flags.python ?? "python3"),
        rounds: wholeNumber("--rounds", flags.rounds),
        secondsPerRound: secondsOf(flags.seconds),
      };
      const result = await withEngine(flags.engine, { threads }, (engine) =>
        bench(engine, make, options),
      );
      const profile =
        flags.profile === undefined
          ? null
          : await profiled(flags.profile, (profileFolder) =>
              withEngine(flags.engine, { threads, profileFolder }, (engine) => {
                const workload = make(engine);
                workload.run(2);
                workload.dispose();
              }),
            );
      if (flags.json) return say(JSON.stringify({ kind, ...result, profile }));
      say(benchText(result));
      if (profile !== null) say(`\n${profileText(profile)}`);
    });
}

/** What the bench refuses before it has begun is a mistake in the command. */
function refusedAsUsage<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof BenchError)) throw error;
    throw new UsageError(error.message, { cause: error });
  }
}

function kindOf(kind: string): Kind {
  const known = kinds.find((each) => each === kind);
  if (known !== undefined) return known;
  throw new UsageError(`bench ${kind}: there are ${kinds.join(", ")}`);
}

/** Everything that can be wrong in what is asked for is found here, before an engine starts. */
function workloadMaker(
  kind: Kind,
  flags: BenchFlags,
  overrides: readonly Override[],
): (engine: Engine) => Workload {
  if (kind === "tokenize") return tokenizeMaker(flags, overrides);
  if (overrides.length > 0) {
    throw new UsageError(`--${overrides[0]!.path}: the bench has shapes of its own; see --shape`);
  }
  if (kind === "matmul") {
    const shape = parseProductShape(flags.shape ?? "1024");
    return (engine) => matmulWorkload(engine, shape);
  }
  const named = benchShape(flags.shape ?? "quickstart");
  if (kind === "generate") {
    const options = {
      batch: wholeNumber("--batch", flags.batch ?? "1"),
      promptTokens: wholeNumber("--prompt", flags.prompt),
      newTokens: wholeNumber("--tokens", flags.tokens),
      weights: flags.weights,
    };
    return (engine) => generateWorkload(engine, named, options);
  }
  const batch = flags.batch === undefined ? named.batch : wholeNumber("--batch", flags.batch);
  const adapters = kind === "lora";
  if (!adapters && flags.weights !== "float32") {
    throw new UsageError("--weights: a decoder is trained in float32 alone; see bench lora");
  }
  return (engine) =>
    trainWorkload(engine, { ...named, batch }, { adapters, weights: flags.weights });
}

/** At most so many drawings, the first by name: enough for a figure. */
const mostDrawings = 500;

function tokenizeMaker(flags: BenchFlags, overrides: readonly Override[]) {
  if (flags.peer !== undefined) throw new UsageError("--peer: Python has no such tokenizer");
  if (flags.profile !== undefined) throw new UsageError("--profile: tokenizing uses no engine");
  if (flags.data === undefined) {
    throw new UsageError("--data: say which drawings to tokenize, as --data icons");
  }
  const config =
    flags.config === undefined ? resolveConfig({}, overrides) : loadConfig(flags.config, overrides);
  const files = filesOf(flags.data).slice(0, mostDrawings);
  const texts = files.map((file) => readFileSync(file, "utf8"));
  const representation = representationOfConfig(config);
  return () => tokenizeWorkload(texts, representation);
}

async function withEngine<T>(
  choice: EngineChoice,
  options: { readonly threads: number | null; readonly profileFolder?: string },
  use: (engine: Engine) => T | Promise<T>,
): Promise<T> {
  const { engine, reason } = await startEngine(choice, options);
  if (choice === "auto" && options.profileFolder === undefined) tell(reason);
  try {
    return await use(engine);
  } finally {
    engine.dispose();
  }
}

function secondsOf(text: string): number {
  const seconds = Number(text);
  if (seconds > 0 && seconds <= 3600) return seconds;
  throw new UsageError(`--seconds ${text}: expected a number above 0 and up to 3600`);
}
