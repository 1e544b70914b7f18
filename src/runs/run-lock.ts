/**
 * Keeps two processes from training into one run. The lock is a file that names its process; one
 * whose process is gone is stale and is taken over.
 */

import {
  closeSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { PathloomError } from "../../errors/index.ts";

const holderSchema = z.object({ pid: z.number().int().positive(), host: z.string() });
type Holder = z.output<typeof holderSchema>;

export class RunLockedError extends PathloomError {
  override readonly name: string = "RunLockedError";
  override readonly code: string = "ERR_RUN_LOCKED";
}

export interface RunLock {
  release(): void;
}

/** @throws RunLockedError when another living process holds the run. */
export function lockRun(folder: string): RunLock {
  const file = join(folder, "run.lock");
  const mine = JSON.stringify({ pid: process.pid, host: hostname() });
  while (!create(file, mine)) {
    const text = read(file);
    if (text === undefined) continue;
    const holder = parse(text);
    if (holder === undefined || isAlive(holder)) throw locked(folder, file, holder);
    removeStale(file, text);
  }
  return {
    release() {
      if (read(file) === mine) rmSync(file, { force: true });
    },
  };
}

function create(file: string, text: string): boolean {
  try {
    const handle = openSync(file, "wx");
    writeFileSync(handle, text);
    closeSync(handle);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

function parse(text: string): Holder | undefined {
  try {
    return holderSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** A process of another machine is taken to be alive. */
function isAlive({ pid, host }: Holder): boolean {
  if (host !== hostname()) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/**
 * Two processes may judge the same lock stale, and the slower one would then remove the lock that
 * the faster one has just made: what was moved away is looked at again, and put back if it is new.
 */
function removeStale(file: string, judged: string): void {
  const aside = `${file}.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw error;
  }
  if (read(aside) !== judged) linkSync(aside, file);
  rmSync(aside, { force: true });
}

function locked(folder: string, file: string, holder: Holder | undefined): RunLockedError {
  const who = holder ? `process ${holder.pid} on ${holder.host}` : "an unknown process";
  return new RunLockedError(
    `${folder}: ${who} is training this run; wait for it, or delete ${file} if it is gone`,
  );
}
