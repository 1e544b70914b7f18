/**
 * The folder of compiled programs, and how large it gets: what nobody has used for long goes, and of the
 * rest what was used least recently, until the others fit. Using a file sets its time of change.
 */
import { readdirSync, rmSync, statSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { enginesFolder } from "../engines-folder.ts";

/** Of a compiled program's file. */
export const compiledEnding = ".xla";

export interface FolderLimits {
  /** Of all files together. */
  readonly bytes: number;
  /** Since a file was used last. */
  readonly milliseconds: number;
}

const day = 24 * 60 * 60 * 1000;
export const folderLimits: FolderLimits = { bytes: 2 * 2 ** 30, milliseconds: 60 * day };

/** What another process is writing is younger than this; older ones were left behind. */
const longestWriting = day;

/** `PATHLOOM_XLA_CACHE` names another folder, or is `off`. */
export function compiledFolder(): string | null {
  const named = process.env.PATHLOOM_XLA_CACHE;
  if (named === "off") return null;
  return named === undefined || named === "" ? join(enginesFolder(), "xla-compiled") : named;
}

/** Notes that a file was used now. */
export function touch(path: string): void {
  const now = new Date();
  try {
    utimesSync(path, now, now);
  } catch {
    // Of a folder that cannot be written nothing is taken away.
  }
}

/**
 * Takes away what is too old or too much. Files of other names stay, and so does what cannot be removed.
 * @param kept the file that was just written: it stays even where it alone is too large.
 */
export function prune(folder: string, kept: string, limits: FolderLimits = folderLimits): void {
  const now = Date.now();
  const files = filesOf(folder);
  let left = limits.bytes - (files.find(({ path }) => path === kept)?.bytes ?? 0);
  for (const { path, bytes, usedAt } of files) {
    const age = now - usedAt;
    if (!path.endsWith(compiledEnding)) {
      if (age > longestWriting) discard(path);
      continue;
    }
    if (path === kept) continue;
    // Once one is too much, so are all that were used before it.
    left -= bytes;
    if (left < 0 || age > limits.milliseconds) discard(path);
  }
}

export function discard(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // Another process may hold it.
  }
}

interface CompiledFile {
  readonly path: string;
  readonly bytes: number;
  readonly usedAt: number;
}

/** As `<hash>.xla`, or with a process id behind while it is written. */
const ownName = /^[0-9a-f]{64}\.xla(\.\d+)?$/;

/** Ours, the last used first. */
function filesOf(folder: string): CompiledFile[] {
  const files: CompiledFile[] = [];
  for (const name of namesIn(folder).filter((each) => ownName.test(each))) {
    const path = join(folder, name);
    const stats = statSync(path, { throwIfNoEntry: false });
    // Other processes take files away, too.
    if (stats?.isFile()) files.push({ path, bytes: stats.size, usedAt: stats.mtimeMs });
  }
  return files.toSorted((a, b) => b.usedAt - a.usedAt);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
