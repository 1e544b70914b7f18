/** `pathloom doctor`. */

import { Command } from "commander";
import { UsageError } from "../../../errors/index.ts";
import { examineMachine, fixCuda, getEngine, obtainableNames } from "../../doctor/index.ts";
import { machineText } from "../doctoring/report-text.ts";
import { exitCode } from "../exit.ts";
import { say, tell, terminalAsk } from "../terminal.ts";

interface DoctorFlags {
  readonly json?: true;
  readonly fixCuda?: true;
  readonly get?: string;
  readonly libtensorflow?: string;
  readonly yes?: true;
}

const examples = `
Examples:
  $ pathloom doctor
      What this machine can train with, how fast it is, what is missing, and what to run for it.
  $ pathloom doctor --json
      The same as one JSON object.
  $ pathloom doctor --fix-cuda
      Compiles the binding of @tensorflow/tfjs-node-gpu against the libtensorflow of the Python
      environment that is active, for CUDA, cuDNN and Node of today. Says so and asks first.
  $ pathloom doctor --fix-cuda --libtensorflow /opt/libtensorflow --yes
      The same against another one, without asking.
  $ pathloom doctor --get openvino
      Fetches OpenVINO's libraries, of which it says the size first, and asks.

Exits with 1 when no engine starts, or when the repair or the download fails. docs/engines.md explains the findings.`;

export function doctorCommand(): Command {
  return new Command("doctor")
    .option("--fix-cuda", "build the binding that the engine cuda needs; asks first")
    .option("--get <engine>", `fetch what an engine needs (${obtainableNames()}); asks first`)
    .option("--libtensorflow <folder>", "what to build it against (default: a Python wheel's)")
    .option("-y, --yes", "do not ask")
    .option("--json", "print one JSON object for machines")
    .addHelpText("after", examples)
    .action(async (flags: DoctorFlags) => {
      if (flags.fixCuda !== true && flags.libtensorflow !== undefined) {
        throw new UsageError("--libtensorflow belongs to --fix-cuda");
      }
      if (flags.fixCuda !== true && flags.get === undefined && flags.yes === true) {
        throw new UsageError("--yes belongs to --fix-cuda and --get");
      }
      if (flags.get !== undefined) {
        const options = { yes: flags.yes === true, ask: terminalAsk(), tell };
        if ((await getEngine({ name: flags.get, ...options })) === null)
          tell("nothing was changed");
      }
      if (flags.fixCuda === true) {
        const built = await fixCuda({
          libtensorflow: flags.libtensorflow ?? null,
          yes: flags.yes === true,
          ask: terminalAsk(),
          tell,
        });
        if (!built) tell("nothing was changed");
      }
      const machine = await examineMachine();
      say(flags.json ? JSON.stringify(machine) : machineText(machine));
      if (machine.automatic === null) process.exitCode = exitCode.failed;
    });
}
