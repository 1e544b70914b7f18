/**
 * Decides where a training run begins: in a new folder, or in one that already holds a run, which is
 * then continued, or moved aside, or left alone. Two runs are never mixed: a run goes on only with
 * the configuration it was begun with, but for the keys that do not change what is learnt.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { agreed, broadcastValue, type Communicator } from "../../distributed/index.ts";
import { UsageError } from "../../errors/index.ts";
import {
  type Config,
  defaultRecipe,
  loadConfig,
  type Override,
  resolveConfig,
} from "../config/index.ts";
import { nothingSaved } from "./checkpoints.ts";
import {
  checkRunName,
  configOf,
  freeNameBeside,
  hasCheckpoint,
  holdsRun,
  lastStepOf,
  makeRunFolder,
  moveAside,
  runNameOf,
  runPaths,
  writeConfig,
} from "./run-folder.ts";
import { lockRun, type RunLock } from "./run-lock.ts";
import { refuseOtherConfig } from "./run-origin.ts";

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
  /** Of a run with the schedule `wsd`: falls over so many steps from where it goes on, and ends. */
  readonly decay?: number | undefined;
  /** Asks a person; undefined where there is none to ask. */
  readonly ask: Ask | undefined;
}

export interface BegunRun {
  readonly folder: string;
  readonly config: Config;
  readonly resume: boolean;
  readonly lock: RunLock;
  /** How long this session may take, where a flag said so: null for no limit. */
  readonly minutes?: number | null;
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
  if (request.decay !== undefined && !request.resume) {
    throw new UsageError("--decay ends a run that lies there: say --resume, too");
  }
  const name = checkRunName(
    request.name ?? runNameOf(recipeOf(request.configFile, request.overrides)),
  );
  const folder = join(request.runs, name);
  const exists = holdsRun(folder);
  if (request.resume) {
    // Also one that was killed before it saved or logged anything: it is begun.
    if (exists || existsSync(runPaths(folder).config)) return resumeRun(folder, request);
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

/** That of a recipe; the default recipe's where none is named. */
export function requestedConfig(
  configFile: string | undefined,
  overrides: readonly Override[],
): Config {
  const recipe = recipeOf(configFile, overrides);
  if (recipe !== undefined) return loadConfig(recipe, overrides);
  const long = overrides.some(({ path }) => path === "train.steps" || path === "train.epochs");
  return resolveConfig(long ? {} : { train: { steps: 1000 } }, overrides);
}

/** Undefined where a pretrained model learns: the default recipe's shape and rates are of a new one. */
function recipeOf(
  configFile: string | undefined,
  overrides: readonly Override[],
): string | undefined {
  if (configFile !== undefined) return configFile;
  return overrides.some(({ path }) => path === "model.from") ? undefined : defaultRecipe;
}

function startRun(folder: string, config: Config, note: string): BegunRun {
  makeRunFolder(folder);
  const lock = lockRun(folder);
  try {
    writeConfig(folder, config);
  } catch (error) {
    lock.release();
    throw error;
  }
  return { folder, config, resume: false, lock, note };
}

function startAnew(folder: string, config: Config): BegunRun {
  lockRun(folder).release();
  const aside = moveAside(folder);
  return startRun(folder, config, `the run before is kept in ${aside}`);
}

function resumeRun(folder: string, request: RunRequest): BegunRun {
  const { config, minutes } = resumedConfig(folder, request);
  const lock = lockRun(folder);
  try {
    writeConfig(folder, config);
  } catch (error) {
    lock.release();
    throw error;
  }
  const resume = hasCheckpoint(folder);
  const note = resume ? "" : "nothing was saved yet: beginning at step 1";
  return {
    folder,
    config,
    resume,
    lock,
    note,
    ...(minutes === undefined ? {} : { minutes }),
  };
}

/** That of a run that goes on, and how long this session may take where a flag says so. */
function resumedConfig(
  folder: string,
  request: RunRequest,
): { readonly config: Config; readonly minutes?: number | null } {
  const begun = configOf(folder);
  const wanted =
    request.configFile === undefined
      ? configOf(folder, request.overrides)
      : requestedConfig(request.configFile, request.overrides);
  const asked = request.decay === undefined ? wanted : ending(folder, wanted, request.decay);
  refuseOtherConfig(folder, begun, asked, "is asked for");
  // A flag for the time is for this session alone, and changes nothing of what the run is.
  const timed = request.overrides.some(({ path }) => path === "train.minutes");
  const { minutes } = timed ? begun.train : asked.train;
  const config = { ...asked, train: { ...asked.train, minutes } };
  return { config, ...(timed ? { minutes: asked.train.minutes } : {}) };
}

/**
 * The same in several processes: rank 0 begins the run, the others join it, each by its own request.
 * @returns null when the person who was asked does not want to go on.
 */
export async function beginTogether(
  communicator: Communicator,
  request: RunRequest,
): Promise<BegunRun | null> {
  if (communicator.size === 1) return beginRun(request);
  const begun = await agreed(communicator, () =>
    // A person at the terminal of one of several cannot be asked.
    communicator.rank === 0 ? beginRun({ ...request, ask: undefined }) : null,
  );
  const { folder, resume } = broadcastValue(communicator, {
    folder: begun?.folder ?? "",
    resume: begun?.resume ?? false,
  });
  try {
    return await agreed(communicator, () => begun ?? joined(folder, resume, request));
  } catch (error) {
    begun?.lock.release();
    throw error;
  }
}

/** What another process has begun; nothing is written, and nothing locked. */
function joined(folder: string, resume: boolean, request: RunRequest): BegunRun {
  const { config, minutes } = request.resume
    ? resumedConfig(folder, request)
    : { config: requestedConfig(request.configFile, request.overrides) };
  const lock: RunLock = { release() {} };
  return { folder, config, resume, lock, note: "", ...(minutes === undefined ? {} : { minutes }) };
}

/**
 * The configuration of a run that has been at its peak rate, and now comes to its end.
 * @param decay steps over which the rate falls, from the last that was saved
 */
function ending(folder: string, config: Config, decay: number): Config {
  const { schedule } = config.train;
  if (schedule !== "wsd") {
    throw new UsageError(
      `${folder}: --decay is for the schedule wsd, whose rate falls when it is asked to; this run's is ${schedule}`,
    );
  }
  const steps = lastStepOf(folder) + decay;
  return { ...config, train: { ...config.train, steps, epochs: null, decaySteps: decay } };
}

/**
 * The same for a program, which names the folder and is not asked.
 * @throws UsageError where the folder holds another run, or other things
 * @throws ConfigError where the run was begun with another configuration
 * @throws CheckpointError where there is nothing to go on from
 * @throws RunLockedError
 */
export function beginTraining(
  folder: string,
  config: Config,
  resume: boolean,
): Pick<BegunRun, "lock" | "resume"> {
  const begun = existsSync(runPaths(folder).config);
  if (resume) {
    if (begun) refuseOtherConfig(folder, configOf(folder), config, "is asked for");
    else if (!hasCheckpoint(folder)) throw nothingSaved(folder);
  } else if (holdsRun(folder)) {
    throw new UsageError(
      `${folder} already holds a run; go on with it (resume: true), or name another folder`,
    );
  }
  const { lock } = startRun(folder, config, "");
  return { lock, resume: resume && hasCheckpoint(folder) };
}
