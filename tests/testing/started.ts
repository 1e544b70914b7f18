/** How tests start a program of theirs in a process of its own. */
import { existsSync } from "node:fs";
import { join, relative } from "node:path";

const root = join(import.meta.dirname, "..", "..");

/**
 * Node's arguments that start a TypeScript file of the tests whose name ends in `-child.ts` or
 * `-worker.ts`. The runner has bundled those, and they start in a third of the time.
 */
export function startArguments(file: string): string[] {
  const folder = process.env.PATHLOOM_TEST_PROGRAMS ?? "";
  const bundle = join(folder, relative(join(root, "tests"), file).replace(/\.ts$/, ".mjs"));
  return folder !== "" && existsSync(bundle) ? [bundle] : ["--import", "tsx", file];
}
