/**
 * Folders that appear whole or not at all.
 *
 * A folder is filled under a temporary name beside its target, synced, and renamed. POSIX renames a
 * folder only onto nothing, so replacing one takes two renames:
 *
 *     best          -> best.old-<tag>     1: the old one steps aside
 *     best.tmp-<tag> -> best              2: the new one takes the name
 *
 * A crash between them leaves no `best`, but the pair with one tag, which proves that the new folder
 * was complete: `settleFolder` finishes the second rename (for those who write), `locateFolder`
 * points at the complete folder (for those who only read).
 */
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
} from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { syncFolder } from "./atomic-file.ts";
import { checkReplaceable, type ReplaceOptions } from "./overwrite.ts";
import { guardStorage, renameInError, systemCode } from "./storage-error.ts";
import { displacedSibling, parseTemporaryName, temporarySibling } from "./temporary-name.ts";

/**
 * Writes the folder `path` atomically and durably, replacing an older one of ours; missing parents
 * are made. `fill` gets the temporary folder and must write durably inside it
 * (`writeFileAtomically` does). When it throws, nothing is left behind and an older folder is
 * untouched.
 * @param options what may be replaced; only what we saved unless given
 * @throws {OverwriteError} when something else lies there
 * @throws {StorageError} when the disk is full, or the parent may not be written
 */
export function writeFolderAtomically(
  path: string,
  fill: (folder: string) => void,
  options: ReplaceOptions = {},
): void {
  checkReplaceable(path, options);
  makeFolder(dirname(resolve(path)));
  const target = withoutLink(resolve(path));
  settleFolder(target);
  guardStorage(target, "write this folder", "write", () => {
    const temporary = temporarySibling(target);
    mkdirSync(temporary);
    try {
      fill(temporary);
      syncFolder(temporary);
      // Filling may have taken long, and somebody may have put something there meanwhile.
      checkReplaceable(path, options);
      moveIntoPlace(temporary, target);
    } catch (error) {
      rmSync(temporary, { recursive: true, force: true });
      throw renameInError(error, temporary, target);
    }
  });
}

/** What a link leads to: the content is replaced where it lies, and the link stays. */
function withoutLink(path: string): string {
  const isLink = lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
  return isLink && existsSync(path) ? realpathSync(path) : path;
}

/** Removes a folder so that a crash never leaves half of it under its name. */
export function removeFolder(path: string): void {
  guardStorage(path, "remove this folder", "write", () => {
    const doomed = temporarySibling(resolve(path));
    renameSync(path, doomed);
    syncFolder(dirname(doomed));
    rmSync(doomed, { recursive: true, force: true });
  });
}

function moveIntoPlace(temporary: string, target: string): void {
  const parent = dirname(target);
  if (!existsSync(target)) {
    renameSync(temporary, target);
    syncFolder(parent);
    return;
  }
  const displaced = displacedSibling(temporary);
  renameSync(target, displaced);
  try {
    renameSync(temporary, target);
  } catch (error) {
    renameSync(displaced, target);
    throw error;
  }
  syncFolder(parent);
  rmSync(displaced, { recursive: true, force: true });
}

/** Makes a folder and its missing parents, each name durable. */
function makeFolder(folder: string): void {
  guardStorage(folder, "make this folder", "write", () => {
    const first = mkdirSync(folder, { recursive: true });
    if (first === undefined) return;
    for (let made = folder; made.length >= first.length; made = dirname(made)) {
      syncFolder(dirname(made));
    }
  });
}

/** Finishes an interrupted replacement of `path`, if there is one. */
function settleFolder(path: string): void {
  const found = locateFolder(path);
  if (found === undefined || found === path) return;
  guardStorage(path, "restore this folder", "write", () => {
    renameSync(found, path);
    syncFolder(dirname(path));
  });
}

/**
 * Where the content of the folder `path` is: at `path`, or, when a replacement was interrupted, at
 * the complete folder that was about to take its name; undefined when there is neither.
 */
export function locateFolder(path: string): string | undefined {
  if (existsSync(path)) return path;
  const parent = dirname(path);
  const siblings = namesIn(parent).flatMap((name) => {
    const parsed = parseTemporaryName(name);
    return parsed?.target === basename(path) ? [{ ...parsed, name }] : [];
  });
  const displaced = siblings.find(({ role }) => role === "old");
  if (displaced === undefined) return undefined;
  const successor = siblings.find(({ role, tag }) => role === "tmp" && tag === displaced.tag);
  return join(parent, (successor ?? displaced).name);
}

/**
 * Finishes what was interrupted in `folder` and removes what dead processes left there; what another
 * living process is writing stays.
 * @returns the names removed
 */
export function cleanLeftovers(folder: string): string[] {
  const leftovers = () =>
    namesIn(folder).flatMap((name) => {
      const parsed = parseTemporaryName(name);
      return parsed !== undefined && isAbandonedBy(parsed.process) ? [{ ...parsed, name }] : [];
    });
  for (const { role, target } of leftovers()) {
    if (role === "old") settleFolder(join(folder, target));
  }
  const doomed = leftovers().map(({ name }) => name);
  for (const name of doomed) {
    const path = join(folder, name);
    guardStorage(path, "remove this leftover", "write", () =>
      rmSync(path, { recursive: true, force: true }),
    );
  }
  return doomed;
}

/** Saves are synchronous, so what this very process is not inside of now is abandoned too. */
export function isAbandonedBy(owner: number): boolean {
  if (owner === process.pid) return true;
  try {
    process.kill(owner, 0);
    return false;
  } catch (error) {
    return systemCode(error) === "ESRCH";
  }
}

function namesIn(folder: string): string[] {
  return guardStorage(folder, "list this folder", "read", () => {
    try {
      return readdirSync(folder);
    } catch (error) {
      if (systemCode(error) === "ENOENT") return [];
      throw error;
    }
  });
}
