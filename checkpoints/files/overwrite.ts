/**
 * What a folder that is swapped in may take the place of. Replacing a folder deletes what it held,
 * so only what Pathloom wrote itself, and can write again, is replaced unasked.
 */

import { realpathSync, type Stats, statSync } from "node:fs";
import { homedir } from "node:os";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { UsageError } from "../../errors/index.ts";
import { filesIn, MANIFEST_FILE, namesInManifest } from "./manifest.ts";
import { guardStorage, systemCode } from "./storage-error.ts";

export type OverwriteFault =
  /** The target is a file. */
  | "file"
  /** The folder holds what no manifest of ours lists. */
  | "not-ours"
  /** The folder is a checkpoint that a run can go on from. */
  | "training"
  /** The folder is, or holds, what is read; or it lies inside of it. */
  | "source"
  /** The folder is, or holds, the one that the process works in, or the user's home. */
  | "working-folder";

/** A folder that is not replaced. Nothing was changed. */
export class OverwriteError extends UsageError {
  override readonly name: string = "OverwriteError";
  override readonly code: OverwriteFault;
  /** The target, absolute. */
  readonly path: string;

  constructor(code: OverwriteFault, path: string, reason: string) {
    super(`${path}: ${reason}`);
    this.code = code;
    this.path = path;
  }
}

/** What lies at the target may be replaced… */
export type Replace =
  /** where it is an empty folder, or holds what we saved and nothing beside. */
  | "ours"
  /** the same, but for checkpoints that a run can go on from. */
  | "exports"
  /** whatever the folder holds, because the user says so. */
  | "forced"
  /** without a look: the name belongs to the caller, as the steps of a run do. */
  | "always";

export interface ReplaceOptions {
  /** "ours" unless given. */
  readonly replace?: Replace;
  /** Folders that are read: neither one of them nor a folder around it is ever replaced. */
  readonly sources?: readonly string[];
}

/**
 * Refuses to replace what must not be lost.
 * @param path of the folder to be written; what does not exist may always be written
 * @throws {OverwriteError} with a code and what to do instead
 */
export function checkReplaceable(
  path: string,
  { replace = "ours", sources = [] }: ReplaceOptions = {},
): void {
  if (replace === "always") return;
  const target = resolve(path);
  const refuse = (code: OverwriteFault, reason: string): never => {
    throw new OverwriteError(code, target, reason);
  };
  const place = realPath(target);
  for (const source of sources) {
    const read = realPath(source);
    if (holds(place, read)) {
      refuse("source", `this holds what is read (${source}); choose another folder`);
    }
    if (holds(read, place) && namesInManifest(read) !== undefined) {
      refuse("source", `this lies inside what is read (${source}); choose another folder`);
    }
  }
  if (holds(place, realPath(process.cwd()))) {
    refuse("working-folder", "this is the folder you work in, or holds it; choose another one");
  }
  if (holds(place, realPath(homedir()))) {
    refuse("working-folder", "this is your home, or holds it; choose another folder");
  }
  const stats = statsOf(target);
  if (stats === undefined) return;
  if (!stats.isDirectory()) refuse("file", "this is a file; choose a folder");
  if (replace === "forced") return;
  const names = guardStorage(target, "list this folder", "read", () => filesIn(target));
  const listed = namesInManifest(target);
  const others = names.filter((name) => name !== MANIFEST_FILE && !listed?.includes(name));
  if (names.length > 0 && (listed === undefined || others.length > 0)) {
    refuse("not-ours", `this folder holds ${someOf(others, listed)}; ${instead}`);
  }
  if (replace === "exports" && names.includes("training_state.json")) {
    refuse("training", `this is a checkpoint that a run can go on from; ${instead}`);
  }
}

const instead = "choose one that is empty or not there yet, or --force to lose what it holds";

function someOf(names: readonly string[], listed: readonly string[] | undefined): string {
  const [first = MANIFEST_FILE] = names;
  const more = names.length > 1 ? ` and ${names.length - 1} more` : "";
  return listed === undefined
    ? `other things than an earlier export (${first}${more})`
    : `more than an earlier export (${first}${more})`;
}

/** Whether `outer` is `inner` or a folder around it; both absolute. */
function holds(outer: string, inner: string): boolean {
  const way = relative(outer, inner);
  return way === "" || !(way === ".." || way.startsWith(`..${sep}`) || resolve(way) === way);
}

/** Absolute and without links, as far as the path exists. */
function realPath(path: string): string {
  const absolute = resolve(path);
  try {
    return realpathSync.native(absolute);
  } catch {
    const parent = dirname(absolute);
    return parent === absolute ? absolute : join(realPath(parent), basename(absolute));
  }
}

function statsOf(path: string): Stats | undefined {
  return guardStorage(path, "read this", "read", () => {
    try {
      return statSync(path);
    } catch (error) {
      if (systemCode(error) === "ENOENT" || systemCode(error) === "ENOTDIR") return undefined;
      throw error;
    }
  });
}
