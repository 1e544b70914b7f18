/** The flags of `pathloom evaluate` that ask for drawings to be judged. */
import { basename } from "node:path";
import type { Command } from "commander";
import { UsageError } from "../../../errors/index.ts";
import type { Override, WeightDtype } from "../../config/index.ts";
import { judgeSystems, type NamedSystem, namedSystem } from "../../judge/index.ts";
import { LoadingBar } from "../../report/index.ts";
import { refuseIdleKeys, weightsInstead } from "../idle-keys.ts";
import { say, tell } from "../terminal.ts";
import { wholeNumber } from "../whole-number.ts";
import { judgedText } from "./judged-text.ts";

export interface JudgeFlags {
  readonly run?: string;
  readonly model?: string;
  readonly adapter?: string;
  readonly data?: string;
  readonly prompts?: string;
  readonly heldOut?: true;
  readonly system?: readonly string[];
  readonly limit?: string;
  readonly part?: string;
  readonly out?: string;
  readonly title?: string;
  readonly all?: true;
  readonly measure?: true;
  readonly json?: true;
}

export function judgeFlags(command: Command): Command {
  const collect = (value: string, before: readonly string[] = []) => [...before, value];
  return command
    .option("--prompts <file>", "draw these captions: a line each, or a table of them")
    .option("--data <set>", "draw the captions of a set, and compare with its drawings")
    .option("--held-out", "draw the captions that the run holds out (with --all, all of them)")
    .option(
      "--system <name=place>",
      "beside the first: a run, a model, or a folder of drawings; may be repeated",
      collect,
    )
    .option("--limit <number>", "captions at most, chosen by evaluate.seed")
    .option("--part <name>", "one part of the set alone, as icon")
    .option("--out <folder>", "where page, tables and drawings go (default: evaluation)")
    .option("--title <text>", "title of the page");
}

/**
 * Whether the flags ask for drawings, not for likelihood.
 * @throws UsageError for flags of drawings without captions to draw.
 */
export function asksForDrawings(flags: JudgeFlags): boolean {
  const { data, prompts, heldOut, system } = flags;
  if ([data, prompts, heldOut, system].some((each) => each !== undefined)) return true;
  const idle = (["limit", "part", "out", "title"] as const).find(
    (name) => flags[name] !== undefined,
  );
  if (idle === undefined) return false;
  throw new UsageError(
    `--${idle}: it is of drawings that are judged; say what is drawn, by --prompts, --data or --held-out`,
  );
}

/** Keys of the configuration that drawings and figures depend on. */
const judgingKeys = ["generate.", "evaluate.", "data.", "train.engine", "train.threads"];

/** @throws UsageError for flags that do not go together. */
export async function judgeDrawings(
  flags: JudgeFlags,
  overrides: readonly Override[],
  weightDtype: WeightDtype | undefined,
): Promise<void> {
  const other = overrides.filter(({ path }) => !judgingKeys.some((key) => path.startsWith(key)));
  refuseIdleKeys(other, new Set(["model.contextLength"]), weightsInstead);
  const bars = new Bars();
  const judged = await judgeSystems({
    systems: systemsOf(flags),
    data: dataOf(flags),
    all: flags.all === true,
    limit: flags.limit === undefined ? null : wholeNumber("--limit", flags.limit, 1_000_000),
    part: flags.part ?? null,
    out: flags.out ?? "evaluation",
    ...(flags.title === undefined ? {} : { title: flags.title }),
    ...{ overrides, weightDtype, notice: tell },
    onProgress: (what, done, total) => bars.show(what, done, total),
  });
  if (!flags.json) return say(judgedText(judged));
  const { judgement, files } = judged;
  const { systems, benchmark } = judgement;
  const told = systems.map(({ name, how, notes, scores }) => ({
    ...{ name, how, notes },
    figures: Object.fromEntries(
      scores.map(({ figure, estimate, reason }) => [figure.key, estimate ?? { notRun: reason }]),
    ),
  }));
  say(JSON.stringify({ benchmark: { ...benchmark, parts: undefined }, systems: told, files }));
}

function dataOf({ data, prompts, heldOut, measure }: JudgeFlags): string | null {
  const asked = [data, prompts, heldOut].filter((each) => each !== undefined);
  if (asked.length > 1) throw new UsageError("say one of --data, --prompts and --held-out");
  if (measure === true) {
    throw new UsageError(
      "--measure is of the run's own drawings: leave it out, or leave out --data, --prompts, --held-out and --system",
    );
  }
  return data ?? prompts ?? null;
}

/** The model that is named, if any, before the others. */
function systemsOf({ run, model, adapter, system = [] }: JudgeFlags): NamedSystem[] {
  const place = run ?? adapter ?? model;
  const own: NamedSystem[] =
    place === undefined
      ? []
      : [
          {
            name: basename(place.replace(/[/\\]+$/, "")) || place,
            ...(run === undefined ? {} : { run }),
            ...(model === undefined ? {} : { model }),
            ...(adapter === undefined ? {} : { adapter }),
          },
        ];
  return [...own, ...system.map(namedSystem)];
}

/** A bar for each thing that is done. */
class Bars {
  #bar: { readonly what: string; readonly shown: LoadingBar } | null = null;

  show(what: string, done: number, total: number): void {
    if (this.#bar?.what !== what) {
      this.#bar?.shown.finish();
      this.#bar = { what, shown: new LoadingBar(process.stderr, what, undefined, String) };
    }
    this.#bar.shown.update(done, total);
    if (done >= total) this.#bar.shown.finish();
  }
}
