/**
 * The checkpoints of a run: `step-000100`, `step-000200`, … of which the last few are kept, and
 * `best`.
 *
 * `best` is a folder of its own, made of hard links (copies where the file system has none), so it
 * outlives the rotation of its step and costs no space while both exist. No file of a checkpoint is
 * ever changed in place, so linked folders cannot disturb each other.
 *
 * When a step is also the best, `best` is written first. A crash in between then leaves the last
 * step older than `best`; resuming repeats the steps between and finds the same best again. The
 * other order would lose it, since the resumed run would believe it saved.
 */
import {
  closeSync,
  constants,
  copyFileSync,
  fsyncSync,
  linkSync,
  openSync,
  readdirSync,
} from "node:fs";
import { join } from "node:path";
import { cleanLeftovers, removeFolder, writeFolderAtomically } from "../files/atomic-folder.ts";
import { CheckpointError } from "../files/checkpoint-error.ts";
import type { ReplaceOptions } from "../files/overwrite.ts";
import { guardStorage, systemCode } from "../files/storage-error.ts";

const STEP_NAME = /^step-(\d{6,})$/;

/** `<checkpoints>/step-000100`. */
export function stepFolder(checkpoints: string, step: number): string {
  return join(checkpoints, `step-${String(step).padStart(6, "0")}`);
}

/** `<checkpoints>/best`. */
export function bestFolder(checkpoints: string): string {
  return join(checkpoints, "best");
}

export interface RotationPolicy {
  /** How many steps to keep, at least 1; `best` does not count. */
  readonly keep: number;
  /** Whether this step becomes `best`. */
  readonly isBest: boolean;
  /** Steps that are kept beside the newest, as the best few are. */
  readonly spared?: readonly number[];
}

/** The names of steps and of `best` are the run's own, whatever a crash or a copy left under them. */
const owned: ReplaceOptions = { replace: "always" };

/**
 * Saves a step of a run, makes it `best` when it is, and removes the steps beyond `keep`, after
 * clearing away what a killed process left.
 * @param checkpoints the folder of the run's checkpoints, made when missing
 * @param save writes the checkpoint into a folder, atomically, replacing what the options say
 * @returns the step's folder
 * @throws what `save` throws; earlier checkpoints are then untouched
 */
export function saveStep(
  checkpoints: string,
  step: number,
  save: (folder: string, options: ReplaceOptions) => void,
  { keep, isBest, spared = [] }: RotationPolicy,
): string {
  cleanLeftovers(checkpoints);
  const folder = stepFolder(checkpoints, step);
  if (isBest) {
    save(bestFolder(checkpoints), owned);
    copyCheckpoint(bestFolder(checkpoints), folder, owned);
  } else {
    save(folder, owned);
  }
  removeOldSteps(checkpoints, step, keep, spared);
  return folder;
}

/** Steps later than this one were left by a run that was resumed before them; they are not touched. */
function removeOldSteps(
  checkpoints: string,
  step: number,
  keep: number,
  spared: readonly number[],
): void {
  const upToNow = listSteps(checkpoints).filter((saved) => saved <= step);
  for (const old of upToNow.slice(0, -Math.max(1, keep))) {
    if (spared.includes(old)) continue;
    removeFolder(stepFolder(checkpoints, old));
  }
}

/**
 * Copies a checkpoint atomically, by hard links where the file system allows.
 * @param options what may be replaced
 * @throws {OverwriteError} when the target holds what may not be replaced
 */
export function copyCheckpoint(from: string, to: string, options: ReplaceOptions = {}): void {
  const fill = (temporary: string) => {
    for (const name of readdirSync(from)) linkOrCopy(join(from, name), join(temporary, name));
  };
  writeFolderAtomically(to, fill, { ...options, sources: [from] });
}

/** Errors of `link` that mean "not on this file system" rather than "not at all". */
const UNLINKABLE = new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK", "EXDEV"]);

function linkOrCopy(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch (error) {
    if (!UNLINKABLE.has(systemCode(error) ?? "")) throw error;
    copyFileSync(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
    const descriptor = openSync(to, "r+");
    try {
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  }
}

/** The steps saved in a run, whole or not, ascending; none when the folder does not exist. */
export function listSteps(checkpoints: string): number[] {
  const names = guardStorage(checkpoints, "list this folder", "read", () => {
    try {
      return readdirSync(checkpoints);
    } catch (error) {
      if (systemCode(error) === "ENOENT") return [];
      throw error;
    }
  });
  return names
    .flatMap((name) => {
      const digits = STEP_NAME.exec(name)?.[1];
      return digits === undefined ? [] : [Number(digits)];
    })
    .sort((left, right) => left - right);
}

/**
 * Opens the latest whole checkpoint of a run: the highest step that opens, or else `best`.
 * @param open throws CheckpointError for a damaged one
 * @param notice told about each damaged one that is passed over
 * @returns undefined when the run has no whole checkpoint
 */
export function latestCheckpoint<Opened>(
  checkpoints: string,
  open: (folder: string) => Opened,
  notice: (message: string) => void,
): Opened | undefined {
  const folders = listSteps(checkpoints)
    .reverse()
    .map((step) => stepFolder(checkpoints, step));
  for (const folder of [...folders, bestFolder(checkpoints)]) {
    try {
      return open(folder);
    } catch (error) {
      if (!(error instanceof CheckpointError)) throw error;
      if (error.code !== "missing") notice(`passed over ${error.message}`);
    }
  }
  return undefined;
}
