/**
 * Remembers which drawings of a corpus look alike, since rendering and comparing tens of thousands
 * takes a while, and resuming, evaluating and sweeping read the same corpus again. A file that cannot
 * be read, or is not as expected, is as if it were not there.
 */
import { createHash, randomUUID } from "node:crypto";
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import type { Pair } from "./look-alikes.ts";

/** To be raised when looks or their comparison change. */
const version = 1;

/** Newest files that are kept; each is some kilobytes. */
const mostFiles = 64;

/** `$PATHLOOM_CACHE`, or `pathloom` in the user's cache folder. */
export function cacheFolder(): string {
  const { PATHLOOM_CACHE, XDG_CACHE_HOME } = process.env;
  return PATHLOOM_CACHE ?? join(XDG_CACHE_HOME ?? join(homedir(), ".cache"), "pathloom");
}

/**
 * @param drawings what the pairs depend on, in order.
 * @param count how many they are.
 * @param find makes the pairs where they are not remembered.
 */
export function cachedPairs(drawings: Iterable<string>, count: number, find: () => Pair[]): Pair[] {
  const hash = createHash("sha256").update(`look-alikes ${version}\n`);
  for (const drawing of drawings) hash.update(drawing).update("\n");
  const folder = join(cacheFolder(), "look-alikes");
  const file = join(folder, `${hash.digest("hex")}.json`);
  const known = readPairs(file, count);
  if (known !== null) return known;
  const pairs = find();
  keep(folder, file, pairs);
  return pairs;
}

function readPairs(file: string, length: number): Pair[] | null {
  const index = z
    .number()
    .int()
    .min(0)
    .max(length - 1);
  try {
    return z.array(z.tuple([index, index])).parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return null;
  }
}

/** A cache that cannot be written is no fault: the next run compares anew. */
function keep(folder: string, file: string, pairs: readonly Pair[]): void {
  try {
    mkdirSync(folder, { recursive: true });
    const temporary = `${file}.${randomUUID()}`;
    writeFileSync(temporary, JSON.stringify(pairs));
    renameSync(temporary, file);
    const files = readdirSync(folder).map((name) => join(folder, name));
    const age = (path: string) => statSync(path).mtimeMs;
    const byAge = files.map((path) => ({ path, at: age(path) })).sort((a, b) => b.at - a.at);
    for (const { path } of byAge.slice(mostFiles)) rmSync(path, { force: true });
  } catch {
    return;
  }
}
