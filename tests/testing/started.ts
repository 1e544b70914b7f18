/** How tests start a program in a process of its own. */
import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";

const root = join(import.meta.dirname, "..", "..");

/**
 * Node's arguments that start a TypeScript file: of the tests one whose name ends in `-child.ts` or
 * `-worker.ts`, an example, a script that scripts/test.ts names. The runner has bundled those, and they
 * start in a third of the time.
 */
export function startArguments(file: string): string[] {
  const folder = process.env.PATHLOOM_TEST_PROGRAMS ?? "";
  const bundle = join(folder, relative(root, file).replace(/\.ts$/, ".mjs"));
  return folder !== "" && existsSync(bundle) ? [bundle] : ["--import", "tsx", file];
}

/** Whether the runner has just built the program, which loads faster than its source. */
const isBuilt = process.env.PATHLOOM_BUILT === "1";

/** Node's arguments before those of a script that imports what `productModule` names. */
export const scriptArguments: readonly string[] = isBuilt
  ? []
  : ["--import", import.meta.resolve("tsx")];

/** The address of a module of the product, by its path from the root without an ending. */
export function productModule(path: string): string {
  const file = isBuilt ? join("dist", `${path}.js`) : `${path}.ts`;
  return pathToFileURL(join(root, file)).href;
}
