/** The commands: how the list of them shows each, and its module, which is loaded when it is asked for. */
import type { Command } from "commander";
import type { Override } from "../config/index.ts";

export interface ListedCommand {
  /** Its name, then what it takes. */
  readonly usage: string;
  readonly says: string;
  readonly load: (overrides: readonly Override[]) => Promise<Command>;
}

export const commands: readonly ListedCommand[] = [
  {
    usage: "init [options] [folder]",
    says: "begin a project: a recipe to change, and the next command",
    load: async (overrides) => (await import("./commands/init.ts")).initCommand(overrides),
  },
  {
    usage: "recipes [options]",
    says: "list the recipes that come with Pathloom",
    load: async () => (await import("./commands/recipes.ts")).recipesCommand(),
  },
  {
    usage: "prepare [options]",
    says: "read, filter and tokenize drawings once, for many trainings",
    load: async (overrides) => (await import("./commands/prepare.ts")).prepareCommand(overrides),
  },
  {
    usage: "train [options]",
    says: "train a model, from scratch or from another, and report how well it draws",
    load: async (overrides) => (await import("./commands/train.ts")).trainCommand(overrides),
  },
  {
    usage: "generate [options]",
    says: "draw captions with a trained model",
    load: async (overrides) => (await import("./commands/generate.ts")).generateCommand(overrides),
  },
  {
    usage: "evaluate [options]",
    says: "score a model on drawings that it never saw",
    load: async (overrides) => (await import("./commands/evaluate.ts")).evaluateCommand(overrides),
  },
  {
    usage: "sweep [options]",
    says: "train the runs of an ablation and compare them on one page",
    load: async (overrides) => (await import("./commands/sweep.ts")).sweepCommand(overrides),
  },
  {
    usage: "rejection-sample [options]",
    says: "let a model learn from the best of its own drawings, round by round",
    load: async (overrides) =>
      (await import("./commands/rejection-sample.ts")).rejectionSampleCommand(overrides),
  },
  {
    usage: "compare [options] <folders...>",
    says: "put runs and sweeps side by side on one page",
    load: async () => (await import("./commands/compare.ts")).compareCommand(),
  },
  {
    usage: "serve [options]",
    says: "serve a model over HTTP, with OpenAI's interface and a page",
    load: async (overrides) => (await import("./commands/serve.ts")).serveCommand(overrides),
  },
  {
    usage: "trace [options] <images>",
    says: "turn images into drawings, a folder of them into a data set",
    load: async (overrides) => (await import("./commands/trace.ts")).traceCommand(overrides),
  },
  {
    usage: "synthesize [options] <captions>",
    says: "make a data set of captions, by a chat model, an image model and the tracer",
    load: async (overrides) =>
      (await import("./commands/synthesize.ts")).synthesizeCommand(overrides),
  },
  {
    usage: "tokenize [options] <path>",
    says: "turn SVG files into tokens: count, check, show",
    load: async (overrides) => (await import("./commands/tokenize.ts")).tokenizeCommand(overrides),
  },
  {
    usage: "bench [options] <matmul|train|lora|generate|tokenize|compile>",
    says: "measure speed and memory, alone or beside PyTorch",
    load: async (overrides) => (await import("./commands/bench.ts")).benchCommand(overrides),
  },
  {
    usage: "inspect [options] <model>",
    says: "show what a model is: family, sizes, tensors, memory, graph",
    load: async () => (await import("./commands/inspect.ts")).inspectCommand(),
  },
  {
    usage: "export [options] <model>",
    says: "save a trained model or adapter for other programs",
    load: async () => (await import("./commands/export.ts")).exportCommand(),
  },
  {
    usage: "debug",
    says: "compare a model with another program: logits, and continued token ids",
    load: async (overrides) => (await import("./commands/debug.ts")).debugCommand(overrides),
  },
  {
    usage: "doctor [options]",
    says: "look at this machine and its engines, and advise",
    load: async () => (await import("./commands/doctor.ts")).doctorCommand(),
  },
];

export const nameOf = ({ usage }: ListedCommand): string => usage.split(" ", 1)[0]!;
