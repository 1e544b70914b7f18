/** `pathloom doctor`. */
import { Command } from "commander";
import { examineMachine } from "../doctor/examine.ts";
import { machineText } from "../doctor/report-text.ts";
import { exitCode } from "../exit.ts";
import { say } from "../terminal.ts";

const examples = `
Examples:
  $ pathloom doctor
      What this machine can train with, how fast it is, and what is missing.
  $ pathloom doctor --json
      The same as one JSON object.

Exits with 1 when no engine starts.`;

export function doctorCommand(): Command {
  return new Command("doctor")
    .description("look at this machine and its engines, and advise")
    .option("--json", "print one JSON object for machines")
    .addHelpText("after", examples)
    .action(async ({ json }: { readonly json?: true }) => {
      const machine = await examineMachine();
      say(json ? JSON.stringify(machine) : machineText(machine));
      if (machine.automatic === null) process.exitCode = exitCode.failed;
    });
}
