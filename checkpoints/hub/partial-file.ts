/**
 * Contents on their way into the cache: `<digest>.<host>-<process>-<random>.incomplete`. One process
 * owns each, so that two never write to the same; what a dead one left is taken over by renaming it,
 * which one alone can do.
 */
import { createHash, randomBytes } from "node:crypto";
import { readdir, rename, stat } from "node:fs/promises";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";
import { isAbandonedBy } from "../files/atomic-folder.ts";
import { systemCode } from "../files/storage-error.ts";

const host = createHash("sha256").update(hostname()).digest("hex").slice(0, 8);
const OWNED = /^[0-9a-f]+\.(?<host>[0-9a-f]{8})-(?<process>\d+)-[0-9a-f]{12}\.incomplete$/;

/** After so many milliseconds without a byte, another machine's process counts as dead. */
const otherHostIdle = 3_600_000;
/** Older versions of Python's client write to `<digest>.incomplete` and go on with what is there. */
const sharedIdle = 60_000;

/** A name that is this process's alone, with what an earlier attempt received, if any. */
export async function claimPartial(blob: string): Promise<string> {
  const tag = `${host}-${process.pid}-${randomBytes(6).toString("hex")}`;
  const own = `${blob}.${tag}.incomplete`;
  const abandoned = (await partialsOf(blob)).filter(isAbandoned).sort((a, b) => b.size - a.size);
  for (const { path } of abandoned) {
    try {
      await rename(path, own);
      return own;
    } catch (error) {
      // Another process was faster.
      if (systemCode(error) !== "ENOENT") throw error;
    }
  }
  return own;
}

/** Whether another process is receiving this content: something came within `milliseconds`. */
export async function isBeingReceived(blob: string, milliseconds: number): Promise<boolean> {
  const partials = await partialsOf(blob);
  return partials.some((partial) => !isAbandoned(partial) && partial.idle < milliseconds);
}

interface Partial {
  readonly path: string;
  readonly size: number;
  /** Milliseconds since the last byte. */
  readonly idle: number;
}

async function partialsOf(blob: string): Promise<Partial[]> {
  const folder = dirname(blob);
  const names = (await readdir(folder)).filter(
    (name) => name.startsWith(`${basename(blob)}.`) && name.endsWith(".incomplete"),
  );
  const found = await Promise.all(
    names.map(async (name) => {
      const path = join(folder, name);
      const stats = await stat(path).catch(() => null);
      return stats === null ? [] : [{ path, size: stats.size, idle: Date.now() - stats.mtimeMs }];
    }),
  );
  return found.flat();
}

function isAbandoned({ path, idle }: Partial): boolean {
  const name = basename(path);
  const owner = OWNED.exec(name)?.groups;
  if (owner === undefined) return /^[0-9a-f]+\.incomplete$/.test(name) && idle > sharedIdle;
  if (owner.host !== host) return idle > otherHostIdle;
  return isAbandonedBy(Number(owner.process));
}
