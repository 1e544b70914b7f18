/** That rounds go on with the reward modules that they were begun with: a changed one would judge otherwise. */

import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { writeTextAtomically } from "../../checkpoints/index.ts";
import { type Config, ConfigError } from "../config/index.ts";

const sums = z.record(z.string(), z.string());

/**
 * Compares the sums of the modules with those that the folder holds, or notes them there. What a module
 * imports is not looked at.
 * @param own names of rewards that a program gives as functions.
 * @throws ConfigError naming the module that has changed
 */
export function refuseOtherModules(
  file: string,
  { rejection: { reward } }: Config,
  own: readonly string[],
): void {
  const names = typeof reward === "string" ? [reward] : Object.keys(reward);
  const found = names.flatMap((name) => {
    const isModule = /\.(m?js|m?ts)$/.test(name) && !own.includes(name);
    if (!isModule || !existsSync(resolve(name))) return [];
    const sum = createHash("sha256").update(readFileSync(resolve(name)));
    return [[name, sum.digest("hex")] as const];
  });
  const now = Object.fromEntries(found);
  const before = existsSync(file) ? read(file) : {};
  for (const [name, sum] of Object.entries(now)) {
    if (before[name] === undefined || before[name] === sum) continue;
    throw new ConfigError([
      `the reward ${name} has changed since these rounds began, whose drawings it judged; put it back, name another folder by --name, or begin anew by --fresh`,
    ]);
  }
  const all = { ...before, ...now };
  if (!isDeepStrictEqual(all, before)) {
    writeTextAtomically(file, `${JSON.stringify(all, null, 2)}\n`);
  }
}

/** Damaged, it says nothing: it is written anew. */
function read(file: string): Readonly<Record<string, string>> {
  try {
    return sums.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return {};
  }
}
