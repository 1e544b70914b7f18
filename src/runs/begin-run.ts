/**
 * Decides where a training run begins: in a new folder, or in one that already holds a run, which is
 * then continued, or moved aside, or left alone. Two runs are never mixed: a run goes on only with
 * the configuration it was begun with, but for the keys that do not change what is learnt.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "../../errors/index.ts";
import {
  type Config,
  ConfigError,
  configToYaml,
  loadConfig,
  type Override,
  resolveConfig,
} from "../config/index.ts";
import {
  checkRunName,
  configOf,
  freeNameBeside,
  holdsRun,
  lastStepOf,
  makeRunFolder,
  moveAside,
  runNameOf,
  runPaths,
} from "./run-folder.ts";
import { lockRun, type RunLock } from "./run-lock.ts";

/** Puts a question to a person and gives the line that is the answer. */
export type Ask = (question: string) => Promise<string>;

export interface RunRequest {
  /** A recipe; undefined for the defaults, or for the run's own when it is resumed. */
  readonly configFile: string | undefined;
  readonly overrides: readonly Override[];
  /** The run's name; undefined for the recipe's. */
  readonly name: string | undefined;
  /** The folder that holds the runs. */
  readonly runs: string;
  readonly resume: boolean;
  readonly fresh: boolean;
  /** Asks a person; undefined where there is none to ask. */
  readonly ask: Ask | undefined;
}

export interface BegunRun {
  readonly folder: string;
  readonly config: Config;
  readonly resume: boolean;
  readonly lock: RunLock;
  /** What was decided, for people; empty for a plain new run. */
  readonly note: string;
}

/** @returns null when the person who was asked does not want to go on. */
export async function beginRun(request: RunRequest): Promise<BegunRun | null> {
  if (request.resume && request.fresh) {
    throw new UsageError(
      "--resume and --fresh exclude each other: go on with a run, or begin anew",
    );
  }
  const name = checkRunName(request.name ?? runNameOf(request.configFile));
  const folder = join(request.runs, name);
  const exists = holdsRun(folder);
  if (request.resume) {
    if (exists) return resumeRun(folder, request);
    throw new UsageError(`${folder}: no run to resume; leave --resume out to begin it`);
  }
  const config = requestedConfig(request.configFile, request.overrides);
  if (!exists) return startRun(folder, config, "");
  if (request.fresh) return startAnew(folder, config);
  return choose(folder, config, request);
}

async function choose(folder: string, config: Config, request: RunRequest) {
  const step = lastStepOf(folder);
  if (request.ask === undefined) {
    throw new UsageError(
      `${folder} already holds a run (saved at step ${step}); add --resume to go on with it, --fresh to begin anew (it is kept as ${folder}.1 or higher), or --run NAME for another name`,
    );
  }
  const other = freeNameBeside(folder);
  const answer = await request.ask(
    `${folder} already holds a run (saved at step ${step}).\n[c]ontinue it, start a[n]ew in ${other}, or [q]uit? `,
  );
  const letter = answer.trim().toLowerCase().slice(0, 1);
  if (letter === "c") return resumeRun(folder, request);
  if (letter === "n") return startRun(other, config, `a new run in ${other}`);
  return null;
}

/** That of a recipe, or the defaults. */
export function requestedConfig(
  configFile: string | undefined,
  overrides: readonly Override[],
): Config {
  return configFile === undefined
    ? resolveConfig({ train: { steps: 1000 } }, overrides)
    : loadConfig(configFile, overrides);
}

function startRun(folder: string, config: Config, note: string): BegunRun {
  makeRunFolder(folder);
  const lock = lockRun(folder);
  writeFileSync(runPaths(folder).config, configToYaml(config));
  return { folder, config, resume: false, lock, note };
}

function startAnew(folder: string, config: Config): BegunRun {
  lockRun(folder).release();
  const aside = moveAside(folder);
  return startRun(folder, config, `the run before is kept in ${aside}`);
}

function resumeRun(folder: string, request: RunRequest): BegunRun {
  const begun = configOf(folder);
  const wanted =
    request.configFile === undefined
      ? configOf(folder, request.overrides)
      : requestedConfig(request.configFile, request.overrides);
  refuseChanges(folder, begun, wanted);
  const lock = lockRun(folder);
  const step = lastStepOf(folder);
  writeFileSync(runPaths(folder).config, configToYaml(wanted));
  if (step > 0) {
    return { folder, config: wanted, resume: true, lock, note: `going on after step ${step}` };
  }
  const note = "nothing was saved yet: beginning at step 1";
  return { folder, config: wanted, resume: false, lock, note };
}

/** What may differ when a run goes on: how long, how often, where and what is shown. */
const free: readonly string[] = [
  "train.steps",
  "train.epochs",
  "train.minutes",
  "train.evalEvery",
  "train.saveEvery",
  "train.sampleEvery",
  "train.keep",
  "train.engine",
  "train.threads",
  "train.gradientCheckpointing",
];

function refuseChanges(folder: string, begun: Config, wanted: Config): void {
  for (const section of ["data", "tokenizer", "model", "vocabulary", "train", "lora"] as const) {
    const before: Record<string, unknown> = begun[section];
    const now: Record<string, unknown> = wanted[section];
    for (const key of Object.keys(before)) {
      const path = `${section}.${key}`;
      const [was, is] = [JSON.stringify(before[key]), JSON.stringify(now[key])];
      if (was === is || free.includes(path)) continue;
      throw new ConfigError([
        `${folder}: ${path} is ${was} in this run, but ${is} is asked for; a run goes on as it began: leave that out, or begin anew by --fresh`,
      ]);
    }
  }
}
