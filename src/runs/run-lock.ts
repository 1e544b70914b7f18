/**
 * Keeps two trainings out of one run. The lock is a file that names its process, and where that
 * process can be looked for; one whose process is gone is stale and is taken over.
 */

import { linkSync, readFileSync, readlinkSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { resolve } from "node:path";
import { z } from "zod";
import { PathloomError } from "../../errors/index.ts";

const holderSchema = z.object({
  pid: z.number().int().positive(),
  host: z.string(),
  /** Of the machine's last start; null where the system has none. */
  boot: z.string().nullable().default(null),
  /** Of the processes that see each other: a container has its own. */
  processes: z.string().nullable().default(null),
});
type Holder = z.output<typeof holderSchema>;

/** Another training, or this very process, holds the run. */
export class RunLockedError extends PathloomError {
  override readonly name: string = "RunLockedError";
  override readonly code: string = "ERR_RUN_LOCKED";
}

export interface RunLock {
  release(): void;
}

/** Locks of this process: its own number in a file says nothing of them. */
const held = new Set<string>();

/**
 * Takes the lock of a run.
 * @throws RunLockedError when another living training holds the run
 */
export function lockRun(folder: string): RunLock {
  const file = resolve(folder, "run.lock");
  if (held.has(file)) throw locked(folder, file, "this very process");
  const mine = JSON.stringify(myself());
  while (!create(file, mine)) {
    const text = read(file);
    if (text === undefined) continue;
    const holder = parse(text);
    if (holder === undefined) throw locked(folder, file, "an unknown process");
    if (holder !== "none" && isAlive(holder)) {
      throw locked(folder, file, `process ${holder.pid} on ${holder.host}`);
    }
    removeStale(file, text);
  }
  held.add(file);
  let released = false;
  return {
    release() {
      if (released) return;
      released = true;
      held.delete(file);
      if (read(file) === mine) rmSync(file, { force: true });
    },
  };
}

function myself(): Holder {
  return {
    pid: process.pid,
    host: hostname(),
    boot: systemText(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()),
    processes: systemText(() => readlinkSync("/proc/self/ns/pid")),
  };
}

/** Null where the system does not say it. */
function systemText(ask: () => string): string | null {
  try {
    return ask();
  } catch {
    return null;
  }
}

/** Makes the lock with its text in it, so that no kill leaves an empty one; false where there is one. */
function create(file: string, text: string): boolean {
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, text);
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return false;
    if (!noLinks.includes(code ?? "")) throw error;
    return createWithoutLinks(file, text);
  } finally {
    rmSync(draft, { force: true });
  }
}

/** What `link` says on a file system that has none. */
const noLinks = ["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"];

function createWithoutLinks(file: string, text: string): boolean {
  try {
    writeFileSync(file, text, { flag: "wx" });
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

/** "none" for an empty lock, which a kill of an earlier version left; undefined for what is no lock. */
function parse(text: string): Holder | "none" | undefined {
  if (text.trim() === "") return "none";
  try {
    return holderSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** A process of another machine is taken to be alive: nobody here can tell. */
function isAlive({ pid, host, boot, processes }: Holder): boolean {
  const me = myself();
  const sameBoot = boot !== null && boot === me.boot;
  if (host !== me.host && !sameBoot) return true;
  if (boot !== null && me.boot !== null && !sameBoot) return false;
  if (processes !== null && me.processes !== null && processes !== me.processes) return false;
  // Not held by this process, so it is of one that had the number before.
  if (pid === process.pid) return false;
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

function locked(folder: string, file: string, who: string): RunLockedError {
  return new RunLockedError(
    `${folder}: ${who} is training this run; wait for it, or delete ${file} if it is gone`,
  );
}
