/** The command line as a whole: splits off the overrides, runs a command, gives its exit code. */
import { createRequire } from "node:module";
import { Command } from "commander";
import { UsageError } from "../../errors/index.ts";
import type { Override } from "../config/index.ts";
import { commands, nameOf } from "./commands.ts";
import { reportError } from "./exit.ts";
import { splitOverrides } from "./overrides.ts";

/** Of the package that this is, found by its own name, be it source or compiled. */
const { version } = createRequire(import.meta.url)("pathloom/package.json") as { version: string };

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
    const program = await buildProgram(overrides, rest);
    await program.parseAsync(rest, { from: "user" });
  } catch (error) {
    process.exitCode = reportError(error);
  }
}

/** Loads the one command that the arguments name: the rest of the library would take a second. */
async function buildProgram(
  overrides: readonly Override[],
  args: readonly string[],
): Promise<Command> {
  const usages = new Map(commands.map((listed) => [nameOf(listed), listed.usage]));
  const program = new Command("pathloom")
    .description("Train language models that write SVG.")
    .version(version)
    .configureHelp({ subcommandTerm: (command) => usages.get(command.name()) ?? "help [command]" })
    .addHelpText("after", examples);
  const [first, second] = args.filter((argument) => !argument.startsWith("-"));
  const asked = first === "help" ? second : first;
  for (const listed of commands) {
    const command =
      nameOf(listed) === asked ? await listed.load(overrides) : new Command(nameOf(listed));
    program.addCommand(command.description(listed.says));
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
