/** What another program of the project measures, as the objects that it prints a line. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "../..");

/**
 * @param program its path from the root, run with `--json`.
 * @param measured a file of what it printed before, to take instead.
 * @throws Error with what the program said, when it fails.
 */
export function jsonLines<T>(program: string, measured: string | undefined): T[] {
  const text = measured === undefined ? run(program) : readFileSync(measured, "utf8");
  return text
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as T);
}

function run(program: string): string {
  const node = spawnSync(process.execPath, ["--import", "tsx", join(root, program), "--json"], {
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  if (node.status !== 0) throw new Error(`${program} failed: ${node.stderr}`);
  return node.stdout;
}
