/** `pathloom serve`. */
import { Command, Option } from "commander";
import { UsageError } from "../../../errors/index.ts";
import { type Override, type WeightDtype, weightDtypes } from "../../config/index.ts";
import { serve } from "../../serve/index.ts";
import { refuseIdleKeys, weightsInstead } from "../idle-keys.ts";
import { say, tell } from "../terminal.ts";

interface ServeFlags {
  readonly run?: string;
  readonly model?: string;
  readonly adapter?: readonly string[];
  readonly name?: string;
  readonly host?: string;
  readonly port?: string;
  readonly weightDtype?: WeightDtype;
}

const examples = `
Examples:
  $ pathloom serve
      The model that Pathloom brings along, and a page to draw with: http://127.0.0.1:8080
  $ pathloom serve --run runs/quickstart --port 9000
  $ pathloom serve --model models/base --adapter icons=runs/icons --adapter flags=adapters/flags
      Several adapters over one model, each under its name.
  $ PATHLOOM_API_KEYS=secret pathloom serve --host 0.0.0.0
      For other machines, which must bear the key.
  $ curl 127.0.0.1:8080/v1/svg -H 'content-type: application/json' -d '{"prompt":"heart","seed":7}'

Limits are keys of the configuration, as --serve.rows 64 and --serve.maxQueued 100: docs/configuration.md.
OpenAI's clients work with the base URL http://127.0.0.1:8080/v1: docs/serving.md.
Ctrl-C and SIGTERM finish what was accepted.`;

export function serveCommand(overrides: readonly Override[]): Command {
  const collect = (value: string, before: readonly string[] = []) => [...before, value];
  return new Command("serve")
    .option(
      "--run <folder>",
      "the run, or a checkpoint (default: the model that comes with Pathloom)",
    )
    .option("--model <name>", "in place of --run: a model's folder, or an id of the Hub")
    .option("--adapter <name=folder>", "an adapter over it; may be repeated", collect)
    .option("--name <name>", "what the model is called (default: its folder's name)")
    .option("--host <address>", "where to listen (default: 127.0.0.1)")
    .option("--port <number>", "0 takes any that is free (default: 8080)")
    .addOption(
      new Option(
        "--weight-dtype <name>",
        "how the model's matrices are kept (default: as the run was trained over)",
      ).choices(weightDtypes),
    )
    .addHelpText("after", examples)
    .action(async (flags: ServeFlags) => {
      const all = [...overrides, ...flagOverrides(flags)];
      refuseIdleKeys(
        all.filter(({ path }) => !/^(?:serve|generate)\./.test(path)),
        new Set(["train.engine", "train.threads", "model.contextLength"]),
        weightsInstead,
      );
      const { run, model, name, weightDtype } = flags;
      const server = await serve({
        ...(run && { run }),
        ...(model && { model }),
        ...(name && { name }),
        ...(weightDtype && { weightDtype }),
        adapters: adaptersOf(flags.adapter ?? []),
        overrides: all,
        notice: tell,
      });
      const models = server.models.map(({ id }) => id).join(", ");
      tell(`${models} on ${server.engine}${server.guarded ? ", for bearers of a key" : ""}`);
      say(server.url);
      await untilSignal();
      tell("finishing what was accepted; once more ends at once");
      await server.close();
    });
}

/** @throws UsageError for one without a name or a folder, and for a name that is taken */
function adaptersOf(given: readonly string[]): Record<string, string> {
  const adapters: Record<string, string> = {};
  for (const text of given) {
    const [, name, folder] = /^([\w.-]+)=(.+)$/.exec(text) ?? [];
    if (name === undefined || folder === undefined) {
      throw new UsageError(`--adapter ${text}: expected a name and a folder, as icons=runs/icons`);
    }
    if (name in adapters) throw new UsageError(`--adapter ${text}: ${name} is named twice`);
    adapters[name] = folder;
  }
  return adapters;
}

function flagOverrides({ host, port }: ServeFlags): Override[] {
  return Object.entries({ "serve.host": host, "serve.port": port }).flatMap(([path, text]) =>
    text === undefined ? [] : [{ path, text }],
  );
}

/** The first signal ends the waiting; the next one ends the process. */
function untilSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  });
}
