/** The folders of runs: what is in one, what its name may be, and how one is moved out of the way. */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync } from "node:fs";
import { basename, extname, join } from "node:path";
import {
  CheckpointError,
  latestCheckpoint,
  listSteps,
  openSavedModel,
  type SavedModel,
  writeTextAtomically,
} from "../../checkpoints/index.ts";
import { UsageError } from "../../errors/index.ts";
import { type Config, configToYaml, type Override, parseConfig } from "../config/index.ts";

/** The files and folders of a run. */
export function runPaths(folder: string) {
  return {
    folder,
    config: join(folder, "config.yaml"),
    log: join(folder, "log.jsonl"),
    csv: join(folder, "log.csv"),
    samples: join(folder, "samples"),
    sheet: join(folder, "samples", "sheet.png"),
    contrasts: join(folder, "samples", "contrasts.png"),
    curve: join(folder, "loss.svg"),
    report: join(folder, "report.html"),
    summary: join(folder, "summary.json"),
    checkpoints: join(folder, "checkpoints"),
    best: join(folder, "checkpoints", "best"),
  };
}

/** `configs/quickstart.yaml` trains into the run `quickstart` unless told otherwise. */
export function runNameOf(config: string | undefined): string {
  return config === undefined ? "run" : basename(config, extname(config));
}

/** @throws UsageError for a name that is no plain folder name. */
export function checkRunName(name: string): string {
  if (!/^[\p{L}\p{N}_][\p{L}\p{N}_.-]{0,99}$/u.test(name)) {
    throw new UsageError(
      `--run ${JSON.stringify(name)}: expected a name of letters, digits, dots, dashes and underscores`,
    );
  }
  return name;
}

/**
 * Whether a folder holds something of a run that would be lost: a checkpoint, or a log with a line.
 * @throws UsageError when it is a file, or a folder of other things.
 */
export function holdsRun(folder: string): boolean {
  const stats = statSync(folder, { throwIfNoEntry: false });
  if (stats === undefined) return false;
  if (!stats.isDirectory()) throw new UsageError(`${folder}: this is a file, not a run's folder`);
  const { config, log } = runPaths(folder);
  if (!existsSync(config)) {
    const left = readdirSync(folder).filter((name) => !name.startsWith("run.lock"));
    if (left.length === 0) return false;
    throw new UsageError(
      `${folder}: this folder holds other things than a run; choose another name`,
    );
  }
  const logged = statSync(log, { throwIfNoEntry: false })?.size ?? 0;
  return hasCheckpoint(folder) || logged > 0;
}

/** Whether something was saved to go on from, be it whole or not. */
export function hasCheckpoint(folder: string): boolean {
  return lastStepOf(folder) > 0 || existsSync(runPaths(folder).best);
}

/** The last step that was saved; 0 where none was. */
export function lastStepOf(folder: string): number {
  const { checkpoints } = runPaths(folder);
  return existsSync(checkpoints) ? (listSteps(checkpoints).at(-1) ?? 0) : 0;
}

/**
 * The configuration of a run.
 * @throws UsageError when the folder holds none, or not all of it: defaults would take its place
 */
export function configOf(folder: string, overrides: readonly Override[] = []): Config {
  const { config } = runPaths(folder);
  if (!existsSync(config)) {
    throw new UsageError(`${folder}: no run there (no config.yaml); check the name`);
  }
  const text = readFileSync(config, "utf8");
  const missing = needed.filter((section) => !new RegExp(`^${section}:`, "m").test(text));
  if (missing.length > 0) {
    const what = text.trim() === "" ? "it is empty" : `it has no ${missing.join(", no ")}`;
    throw new UsageError(
      `${config}: this is not the whole configuration that a run keeps: ${what}; put it back from a copy or from the recipe, or begin anew under another name by --run`,
    );
  }
  return parseConfig(text, config, overrides, { oldKeys: "read" });
}

/** Sections that every version has written. */
const needed = ["data", "tokenizer", "model", "train", "generate", "report"];

/** Writes the configuration of a run, atomically, where it is not what lies there already. */
export function writeConfig(folder: string, config: Config): void {
  const { config: file } = runPaths(folder);
  const text = configToYaml(config);
  if (existsSync(file) && readFileSync(file, "utf8") === text) return;
  writeTextAtomically(file, text);
}

/** Moves a run to the first free of `name.1`, `name.2`, … @returns where it lies now. */
export function moveAside(folder: string): string {
  for (let number = 1; ; number++) {
    const aside = `${folder}.${number}`;
    if (existsSync(aside)) continue;
    renameSync(folder, aside);
    return aside;
  }
}

/** The first free of `name-2`, `name-3`, … beside the folder of a run. */
export function freeNameBeside(folder: string): string {
  for (let number = 2; ; number++) {
    const free = `${folder}-${number}`;
    if (!existsSync(free)) return free;
  }
}

export function makeRunFolder(folder: string): void {
  mkdirSync(folder, { recursive: true });
}

/**
 * The checkpoint to draw with: a run's best, else its newest whole one; or the folder itself where
 * it is a checkpoint.
 * @param notice is told of each damaged checkpoint that is passed over.
 * @throws UsageError when there is no such folder, or no checkpoint in it yet.
 * @throws CheckpointError when the folder is a damaged checkpoint.
 * @example
 * const saved = openRun("runs/icons", console.warn);
 * console.log(saved.folder);
 * saved.close();
 */
export function openRun(folder: string, notice: (message: string) => void): SavedModel {
  if (!existsSync(folder)) {
    const named = join("runs", folder);
    throw new UsageError(
      existsSync(runPaths(named).config)
        ? `${folder}: no such folder; a run is named by its folder here, did you mean ${named}?`
        : `${folder}: no such run; train one first: pathloom train --help`,
    );
  }
  const { best, checkpoints, config } = runPaths(folder);
  if (existsSync(best)) return openBest(best, checkpoints, notice);
  if (!existsSync(config)) return openSavedModel(folder);
  const latest = latestCheckpoint(checkpoints, openSavedModel, notice);
  if (latest !== undefined) return latest;
  throw new UsageError(
    `${folder}: this run has no whole checkpoint yet; train it on with --resume`,
  );
}

function openBest(best: string, checkpoints: string, notice: (message: string) => void) {
  try {
    return openSavedModel(best);
  } catch (error) {
    if (!(error instanceof CheckpointError)) throw error;
    const latest = latestCheckpoint(checkpoints, openSavedModel, () => {});
    if (latest === undefined) throw error;
    notice(`passed over ${error.message}`);
    return latest;
  }
}
