/** The command line as a whole: splits off the overrides, runs a command, gives its exit code. */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Command } from "commander";
import { UsageError } from "../../errors/index.ts";
import type { Override } from "../config/index.ts";
import { benchCommand } from "./commands/bench.ts";
import { compareCommand } from "./commands/compare.ts";
import { debugCommand } from "./commands/debug.ts";
import { doctorCommand } from "./commands/doctor.ts";
import { evaluateCommand } from "./commands/evaluate.ts";
import { exportCommand } from "./commands/export.ts";
import { generateCommand } from "./commands/generate.ts";
import { initCommand } from "./commands/init.ts";
import { inspectCommand } from "./commands/inspect.ts";
import { prepareCommand } from "./commands/prepare.ts";
import { recipesCommand } from "./commands/recipes.ts";
import { serveCommand } from "./commands/serve.ts";
import { sweepCommand } from "./commands/sweep.ts";
import { tokenizeCommand } from "./commands/tokenize.ts";
import { trainCommand } from "./commands/train.ts";
import { reportError } from "./exit.ts";
import { splitOverrides } from "./overrides.ts";

const examples = `
Examples:
  $ pathloom init
  $ pathloom train --config quickstart
  $ pathloom generate --run runs/quickstart --prompt "arrow up" -n 4
  $ pathloom sweep --config context-ablation
  $ pathloom serve
  $ pathloom tokenize icons --round-trip
  $ pathloom doctor

Exit codes: 0 done, 1 failed, 2 bad usage or configuration, 130 interrupted (state saved).
PATHLOOM_DEBUG=1 shows where in the program an error came from.`;

/** @param args those after the program's name. */
export async function main(args: readonly string[]): Promise<void> {
  try {
    const { overrides, rest } = splitOverrides(args);
    await buildProgram(overrides).parseAsync(rest, { from: "user" });
  } catch (error) {
    process.exitCode = reportError(error);
  }
}

function buildProgram(overrides: readonly Override[]): Command {
  const program = new Command("pathloom")
    .description("Train language models that write SVG.")
    .version(packageVersion(import.meta.dirname))
    .addHelpText("after", examples);
  for (const command of [
    initCommand(overrides),
    recipesCommand(),
    prepareCommand(overrides),
    trainCommand(overrides),
    generateCommand(overrides),
    evaluateCommand(overrides),
    sweepCommand(overrides),
    compareCommand(),
    serveCommand(overrides),
    tokenizeCommand(overrides),
    benchCommand(overrides),
    inspectCommand(),
    exportCommand(),
    debugCommand(overrides),
    doctorCommand(),
  ]) {
    program.addCommand(command);
  }
  for (const [name, instead] of Object.entries(renamedCommands)) {
    program.addCommand(renamed(name, instead), { hidden: true });
  }
  for (const command of [program, ...program.commands.flatMap(withSubcommands)]) {
    command.exitOverride().configureOutput({
      outputError: (text, write) => write(text.replace(/^error: /, "pathloom: ")),
    });
    command.showHelpAfterError("(--help shows how)");
  }
  return program;
}

/** Commands of earlier versions, and what says the same today. */
const renamedCommands = {
  merge: "export ADAPTER-OR-RUN --merge --to FOLDER",
  logits: "debug logits --model NAME --ids LIST",
} as const;

function renamed(name: string, instead: string): Command {
  return new Command(name)
    .argument("[rest...]")
    .allowUnknownOption()
    .helpOption(false)
    .action(() => {
      throw new UsageError(`${name} is now: pathloom ${instead}`);
    });
}

const withSubcommands = (command: Command): Command[] => [command, ...command.commands];

/** From the package.json above this file, be it source or compiled. */
function packageVersion(folder: string): string {
  try {
    const text = readFileSync(join(folder, "package.json"), "utf8");
    return (JSON.parse(text) as { version: string }).version;
  } catch (error) {
    if (dirname(folder) === folder) throw error;
    return packageVersion(dirname(folder));
  }
}
